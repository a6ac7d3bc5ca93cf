# The book in Kognitos's runtime image: docker build --build-arg BASE=kognitosinc/bdk:<release> .
# "latest" is the only tag known publicly; a deployment pins a release.
ARG BASE=kognitosinc/bdk:latest

FROM ${BASE} AS builder

# Inferred, since the image is not public: its Python is the python3 on PATH, lies under /opt/python/versions, and
# has pip. The final stage takes that folder and nothing else, so a Python elsewhere ends the build here.
ARG PYTHON=python3
RUN ${PYTHON} -c 'import sys; sys.exit(not sys.prefix.startswith("/opt/python/versions/"))' \
    || { echo "${PYTHON} is not under /opt/python/versions: name one of these with --build-arg PYTHON=..."; \
         ls -d /opt/python/versions/*/bin/python3; exit 1; } >&2

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore

WORKDIR /book
COPY requirements/build.txt requirements/runtime.txt requirements/
RUN ${PYTHON} -m pip install --require-hashes -r requirements/build.txt -r requirements/runtime.txt

COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN ${PYTHON} -m pip install --no-deps --no-build-isolation . \
    && ${PYTHON} -m pip uninstall --yes -r requirements/build.txt \
    && chmod -R a+rX /opt/python/versions

FROM ${BASE}

ENV BDK_SERVER_MODE=book \
    BDK_SERVER_TRANSPORT=http \
    BDK_HTTP_PORT=20996 \
    OTEL_SDK_DISABLED=true

COPY --from=builder /opt/python/versions /opt/python/versions

EXPOSE 20996
# No USER: the base image decides as whom its bootstrap runs. The book writes no file, and its own files are owned by root
# and readable by everybody, so any user will do.
# No HEALTHCHECK: what the runtime answers to one is not public, and Kubernetes and ECS ignore the image's own. The
# platform can check that TCP port 20996 accepts connections.
ENTRYPOINT ["/var/runtime/bootstrap"]
