# Two stages: the first installs everything and exports the encoder, the second holds what serving needs: neither torch
# nor sentence-transformers, 0.8 GB of packages instead of 2.0. At run time nothing is downloaded, nothing exported.

FROM python:3.11-slim AS build

# the CPU build of torch; the default index would serve one with CUDA
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

RUN python -m venv /opt/pincite
WORKDIR /src
COPY constraints.txt ./
RUN /opt/pincite/bin/python -m pip install -c constraints.txt --index-url "$TORCH_INDEX" torch
COPY pyproject.toml README.md LICENSE ./
COPY ingest ingest
COPY service service
RUN /opt/pincite/bin/python -m pip install -c constraints.txt .
# writes /opt/pincite/share/pincite/models, where the settings' default looks for it
RUN /opt/pincite/bin/pincite setup
# what only the export needs; a test compares the list with what the packages say of themselves
ARG EXPORT_ONLY="cloudpickle joblib ml-dtypes mpmath narwhals networkx onnx onnx-ir onnxscript safetensors \
scikit-learn scipy sentence-transformers setuptools sympy threadpoolctl torch transformers"
RUN /opt/pincite/bin/python -m pip uninstall --yes $EXPORT_ONLY


FROM python:3.11-slim

ENV PATH=/opt/pincite/bin:$PATH \
    PINCITE_HOME=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin pincite \
    && mkdir /data \
    && chown pincite:pincite /data
# the same path as in the first stage: a virtualenv holds absolute paths
COPY --from=build /opt/pincite /opt/pincite

USER pincite
WORKDIR /data
VOLUME /data
EXPOSE 8080

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; \
p = os.environ.get('PINCITE_PORT', '8080'); u.urlopen(f'http://127.0.0.1:{p}/healthz', timeout=4)"]

# every address is bound inside the container, so a key is asked for: /data/first.key holds the first one
CMD ["pincite", "serve", "--host", "0.0.0.0", "--create-key"]
