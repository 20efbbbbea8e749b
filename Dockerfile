# One container with its own workers. Behind a proxy: sticky sessions, Host passed on unchanged,
# and the same server.cookieSecret in every copy.
FROM python:3.11-slim
RUN useradd --uid 1000 --create-home app
WORKDIR /srv/gatescope
COPY requirements.txt .
# TORCH_INDEX names a package index with CPU builds of torch; the default build brings gigabytes of GPU libraries.
ARG TORCH_INDEX=""
RUN pip install --no-cache-dir ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} torch==2.13.0 \
    && pip install --no-cache-dir -r requirements.txt
COPY . .
USER app
ENV GATESCOPE_DATA=/home/app/prices OMP_NUM_THREADS=1
RUN python -m core.kernel  # compiles the training; on another kind of processor each start does it anew, beside PyTorch
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=3s --start-period=60s \
    CMD python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health')"
CMD ["streamlit", "run", "app.py", "--server.port", "8501"]
