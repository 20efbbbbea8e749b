# Web, scheduler and worker are one image; without a command it serves the dashboard with workers of its own.
# The root may be read-only: what is written goes to /data (a volume) and /tmp (a tmpfs). See docs/hosting.md.
FROM python:3.11-slim AS build
WORKDIR /srv/gatescope
COPY requirements.txt .
# Only torch is asked of its CPU index: the usual build brings gigabytes of GPU libraries.
RUN python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu \
        "$(grep -o '^torch==[^ ]*' requirements.txt)" \
    && pip --python /opt/venv/bin/python install --no-cache-dir -r requirements.txt
COPY app.py ./
COPY .streamlit .streamlit
COPY core core
COPY pages pages
COPY locale locale
COPY docs/icon.png docs/icon.png
COPY hosting/start.sh hosting/certificates.sh hosting/
# Compiles the training. On another kind of processor a worker compiles anew, beside PyTorch.
RUN NUMBA_CACHE_DIR=/opt/compiled OMP_NUM_THREADS=1 /opt/venv/bin/python -m core.kernel \
    && /opt/venv/bin/python -m compileall -q app.py core pages

FROM python:3.11-slim
# No installer is left. Folders a volume may cover belong to the user, because a new volume takes its owner from here.
RUN pip uninstall --yes --quiet --root-user-action=ignore setuptools wheel pip \
    && useradd --uid 1000 --create-home app \
    && install -d -o app -g app /data /certificates \
    && install -d -o app -g app -m 700 /certificates/authority /certificates/web /certificates/scheduler /certificates/worker
WORKDIR /srv/gatescope
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/compiled /opt/compiled
COPY --from=build /srv/gatescope /srv/gatescope
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 \
    GATESCOPE_DATA=/data NUMBA_CACHE_DIR=/tmp/gatescope-compiled
USER 1000
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/readyz', timeout=4)"]
ENTRYPOINT ["sh", "/srv/gatescope/hosting/start.sh"]
CMD ["python", "-m", "core.serving", "--server.port", "8501"]
