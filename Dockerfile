# Studyhall as an image: docker build -t studyhall . && docker run -p 127.0.0.1:8000:8000 -v studyhall:/data studyhall
# The database and, where there is one, studyhall.yaml lie in /data. The log shows the code that the page asks for.
ARG BASE_IMAGE=docker.io/library/python:3.13-slim-bookworm

FROM ${BASE_IMAGE} AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/build && python -m venv --without-pip /opt/studyhall
COPY requirements.lock requirements-dev.lock ./
RUN /opt/build/bin/pip --python /opt/studyhall/bin/python install --require-hashes -r requirements.lock
# The build backend with its hashes, out of the lock that has it; it stays in this stage.
RUN sed -n '/^setuptools==/,/[^\\]$/p' requirements-dev.lock > backend.lock \
 && /opt/build/bin/pip install --require-hashes -r backend.lock
COPY . .
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --no-index --wheel-dir dist . \
 && /opt/build/bin/pip --python /opt/studyhall/bin/python install --no-deps --no-index dist/*.whl

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="Studyhall" \
      org.opencontainers.image.description="A study bot: a daily question where a team already talks." \
      org.opencontainers.image.licenses="Apache-2.0"
# Pillow finds FriBiDi with it, for names in pictures whose letters join or run from right to left.
RUN apt-get update && apt-get install --yes --no-install-recommends libfribidi0 && rm -rf /var/lib/apt/lists/*
RUN mkdir -p /data && chown 10001:10001 /data
COPY --from=build /opt/studyhall /opt/studyhall
ENV PATH=/opt/studyhall/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STUDYHALL_DATABASE=sqlite:////data/studyhall.db \
    STUDYHALL_PRIVATE_HOST=0.0.0.0 \
    STUDYHALL_PRIVATE_PORT=8000
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=5)"]
ENTRYPOINT ["studyhall"]
CMD ["run"]
