"""compose.yaml and its proxy: every name in it leads somewhere, and what is private is not published."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from fnmatch import fnmatch
from urllib.parse import urlsplit

import pytest
from hosting_files import DASK_HEALTH, ROOT, TLS, compose, module_of, port, read_by_the_code, text, unread
from streamlit.web.server.starlette.starlette_routes import ROUTE_METRICS

SERVICES = compose()["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "gatescope"}
WEB = {name: service for name, service in OURS.items() if "command" not in service}
WORKERS = {name: service for name, service in OURS.items() if "worker" in service.get("command", [])}
CADDY = "\n".join(line for line in text("hosting/Caddyfile").splitlines() if not line.strip().startswith("#"))


def volumes(service: dict[str, list[str]]) -> dict[str, str]:
    """Volume or file -> where it is mounted."""
    return {each.split(":")[0]: each.split(":")[1] for each in service.get("volumes", [])}


def test_there_is_what_there_should_be() -> None:
    assert len(WEB) >= 2
    assert len(WORKERS) == 2
    assert set(SERVICES) == {"proxy", "scheduler", "certificates", *WEB, *WORKERS}


def test_volumes_and_networks_are_declared_and_used() -> None:
    mounted = {name for service in SERVICES.values() for name in volumes(service)}
    files = {name for name in mounted if name.startswith(".")}
    assert all((ROOT / file).is_file() for file in files)
    assert mounted - files == set(compose()["volumes"])
    assert {name for service in SERVICES.values() for name in service.get("networks", [])} == set(compose()["networks"])


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_read(name: str) -> None:
    assert not unread(OURS[name].get("environment", {}))
    interpolated = set(re.findall(r"\$\{(GATESCOPE_[A-Z_]+)", text("compose.yaml")))
    assert interpolated <= read_by_the_code()


@pytest.mark.parametrize("name", SERVICES)
def test_each_is_locked_up_and_bounded(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert re.fullmatch(r"\d+m", service["mem_limit"])
    assert "/tmp" in service.get("tmpfs", []) or name == "proxy"
    assert set(service.get("depends_on", {})) <= set(SERVICES)


@pytest.mark.parametrize("name", [*WEB, *WORKERS, "scheduler"])
def test_the_scheduler_is_reached_by_certificate(name: str) -> None:
    service = OURS[name]
    address = urlsplit(service["environment"]["GATESCOPE_SCHEDULER"])
    assert address.scheme == "tls"
    assert address.port == 8786
    assert address.hostname == ("0.0.0.0" if name == "scheduler" else "scheduler")
    (place,) = (where for volume, where in volumes(service).items() if volume.startswith("certificate-"))
    assert {service["environment"][each].rpartition("/")[0] for each in TLS} == {place}
    assert "back" in service["networks"]


def test_only_the_certificates_service_sees_the_authority() -> None:
    assert [name for name, each in SERVICES.items() if "certificate-authority" in volumes(each)] == ["certificates"]
    made = volumes(SERVICES["certificates"])
    folder = SERVICES["certificates"]["command"][-1]
    assert set(made.values()) == {f"{folder}/{part}" for part in ("authority", "web", "scheduler", "worker")}
    assert f"install -d -o app -g app -m 700 {' '.join(made.values())}" in " ".join(text("Dockerfile").split())


def test_copies_of_the_web_process_are_alike() -> None:
    first, *others = WEB.values()
    assert all(other == first for other in others)
    assert "COOKIE_SECRET:?" in first["environment"]["STREAMLIT_SERVER_COOKIE_SECRET"]  # none is not accepted
    assert volumes(first)["data"] == "/data"


def test_a_worker_has_a_core_for_each_training() -> None:
    for worker in WORKERS.values():
        assert worker["cpus"] == int(worker["environment"]["GATESCOPE_WORKERS"])


def test_commands_name_files_that_exist() -> None:
    for service in OURS.values():
        if "command" in service:
            assert module_of(service["command"]).is_file()


def test_the_schedulers_health_is_served_by_dask() -> None:
    (address,) = re.findall(r"http://[^']+", SERVICES["scheduler"]["healthcheck"]["test"][-1])
    assert urlsplit(address).path in DASK_HEALTH
    assert urlsplit(address).port == 8787


def test_only_the_proxy_is_published_and_workers_cannot_get_out() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert compose()["networks"]["back"]["internal"] is True
    assert all(service["networks"] == ["back"] for service in [*WORKERS.values(), SERVICES["scheduler"]])


def test_the_proxy_knows_every_copy_and_keeps_a_visitor_at_one() -> None:
    (upstreams,) = re.findall(r"reverse_proxy (.*) \{", CADDY)
    assert set(upstreams.split()) == {f"{name}:{port()}" for name in WEB}
    assert re.search(r"lb_policy cookie \w+", CADDY)
    assert "header_up" not in CADDY  # Host stays what the browser said
    assert set(re.findall(r"\{\$([A-Z_]+)", CADDY)) == set(SERVICES["proxy"]["environment"])


@pytest.mark.parametrize("path", [f"/{ROUTE_METRICS}", f"/forecast/{ROUTE_METRICS}", "/metrics", "/metrics/"])
def test_the_figures_are_not_for_the_public(path: str) -> None:
    (private,) = re.findall(r"@private path (.*)", CADDY)
    assert any(fnmatch(path, pattern) for pattern in private.split())
    assert "respond @private 404" in CADDY


def test_the_proxy_understands_its_file() -> None:
    caddy = shutil.which("caddy")
    if not caddy:
        pytest.skip("caddy is not installed")
    command = [caddy, "adapt", "--config", str(ROOT / "hosting" / "Caddyfile"), "--adapter", "caddyfile"]
    done = subprocess.run(command, env={**os.environ, "SITE_ADDRESS": "dash.example"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
