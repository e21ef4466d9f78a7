# One image for web, worker, beat and migrations. Runs as an ordinary user and writes nothing but /tmp.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /opt/planner
COPY requirements.txt .
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PLANNER_DATA=/opt/planner/state
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin planner
COPY --from=packages /opt/venv /opt/venv
WORKDIR /opt/planner
COPY . .
RUN python -m planner.translations \
 && PLANNER_SECRET_KEY=$(head -c 48 /dev/urandom | base64 -w0) PLANNER_CPR_KEY=$(head -c 48 /dev/urandom | base64 -w0) \
    python manage.py collectstatic --no-input --verbosity 0 \
 && python -m compileall -q admin_module booking planner summons
USER planner
EXPOSE 8000
ENTRYPOINT ["python", "-m", "planner.production"]
CMD ["gunicorn", "planner.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "8", \
     "--timeout", "60", "--graceful-timeout", "30", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
