from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "planner.accounts"
    verbose_name = "Accounts"
