# HAL9's images, three targets of one file:
#     docker build --target hub        -t hal9-hub:0.1.0 .         login and users' servers
#     docker build --target app        -t hal9-app:0.1.0 .         the API, dashboards and worker
#     docker build --target singleuser -t hal9-singleuser:0.1.0 .  one researcher's server
#
# Packages come from requirements.lock, as in ./hal9 up: each target's share of that one list is
# resolved under it as a constraint and installed with the list's own hashes, so an image holds no
# version that the tests have not seen. No secret is built in: all come with the environment at run
# time (.env.example), and the start is refused without them.
#
# What the tests hold: hadolint, and each target's share against the list. Building needs an engine
# and the base image. In this version each part listens on 127.0.0.1, so the containers
# of one platform share a network namespace (one pod, or --network container:...); the proxy in
# front is JupyterHub's own image of configurable-http-proxy, or a node with hub_config/proxy.
ARG PYTHON=3.12.11-slim-bookworm

FROM python:${PYTHON} AS builder
WORKDIR /build
# uv stays in this stage; --copies keeps the environment free of links that leave it.
COPY hal9lib/local/installer.lock ./
RUN python -m venv /opt/uv \
    && /opt/uv/bin/pip install --no-cache-dir --no-deps --require-hashes -r installer.lock \
    && python -m venv --without-pip /opt/hal9
ENV PATH=/opt/uv/bin:$PATH UV_NO_CACHE=1 VIRTUAL_ENV=/opt/hal9
COPY pyproject.toml requirements.lock ./
COPY hub_config/images/share.py ./

FROM builder AS build-hub
RUN python share.py hub && uv pip sync --require-hashes --compile-bytecode hub.lock

FROM builder AS build-app
RUN python share.py app && uv pip sync --require-hashes --compile-bytecode app.lock

FROM builder AS build-singleuser
RUN python share.py singleuser \
    && uv pip sync --require-hashes --compile-bytecode singleuser.lock

FROM python:${PYTHON} AS base
# An account of its own, whose home is the one place it can write to.
RUN useradd --create-home --home-dir /var/lib/hal9 --uid 1000 --user-group hal9
ENV PATH=/opt/hal9/bin:$PATH \
    PYTHONPATH=/srv/hal9 \
    PYTHONUNBUFFERED=1 \
    HAL9_DATA=/var/lib/hal9/data \
    HAL9_CACHE=/var/lib/hal9/cache
COPY hub_config/images/alive.py /srv/hal9/alive.py
WORKDIR /var/lib/hal9

FROM base AS hub
COPY --from=build-hub /opt/hal9 /opt/hal9
COPY hal9lib /srv/hal9/hal9lib
COPY hub_config /srv/hal9/hub_config
USER 1000:1000
# The hub's own port, whichever the environment names.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "/srv/hal9/alive.py", "HAL9_HUB_PORT", "/hub/health"]
CMD ["python", "-P", "-m", "jupyterhub", "--config", "/srv/hal9/hub_config/jupyterhub_config.py"]

FROM base AS app
COPY --from=build-app /opt/hal9 /opt/hal9
COPY hal9lib /srv/hal9/hal9lib
COPY dashboards /srv/hal9/dashboards
USER 1000:1000
# One image, three commands: hal9lib.service as below, dashboards, hal9lib.jobs (which listens
# nowhere, so its container is started with --no-healthcheck and watched through /health).
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "/srv/hal9/alive.py", "HAL9_API_PORT,HAL9_DASHBOARDS_PORT", "/"]
CMD ["python", "-P", "-m", "hal9lib.service"]

FROM base AS singleuser
COPY --from=build-singleuser /opt/hal9 /opt/hal9
COPY hal9lib /srv/hal9/hal9lib
COPY notebooks /srv/hal9/notebooks
USER 1000:1000
# The hub says in JUPYTERHUB_SERVICE_URL where a user's server listens.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "/srv/hal9/alive.py", "JUPYTERHUB_SERVICE_URL", "api"]
CMD ["jupyterhub-singleuser"]
