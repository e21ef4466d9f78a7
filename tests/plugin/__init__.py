"""pytest's ground: real PostgreSQL and Valkey before Django reads its settings, test databases, and the browser.

Named by `-p` in pyproject.toml, because a conftest is read after the settings.
"""

from collections.abc import Generator

import pytest

from tests.plugin import servers


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """A wrapper runs before pytest-django's own hook, which reads the settings."""
    servers.start()
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Registered after the entry points, our fixtures replace those of pytest-django and pytest-playwright."""
    if config.option.output == "test-results":  # pytest-playwright empties it: not another run's
        config.option.output = f"test-results/{servers.run_name()}"
    config.pluginmanager.import_plugin("tests.plugin.databases")
    config.pluginmanager.import_plugin("tests.plugin.browser")
    config.pluginmanager.import_plugin("tests.plugin.sharing")


def pytest_unconfigure() -> None:
    """Stop what this run started."""
    servers.stop()
