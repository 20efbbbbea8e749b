"""The manifests: they parse, and each name in one leads to another, to a route or to a variable that is read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from hosting_files import DASK_HEALTH, TLS, module_of, port, routes, said, text, unread

DOCUMENTS = list(yaml.safe_load_all(text("hosting/kubernetes.yaml")))
DEPLOYMENTS = {each["metadata"]["name"]: each["spec"] for each in DOCUMENTS if each["kind"] == "Deployment"}
SERVICES = {each["metadata"]["name"]: each["spec"] for each in DOCUMENTS if each["kind"] == "Service"}
CLAIMS = {each["metadata"]["name"] for each in DOCUMENTS if each["kind"] == "PersistentVolumeClaim"}
DOCS = ["docs/hosting.md", "docs/hosting.zh.md"]


def pod(name: str) -> dict[str, Any]:
    return DEPLOYMENTS[name]["template"]["spec"]


def container(name: str) -> dict[str, Any]:
    (only,) = pod(name)["containers"]
    return only


def ports(name: str) -> dict[str, int]:
    return {each["name"]: each["containerPort"] for each in container(name).get("ports", [])}


def env(name: str) -> dict[str, Any]:
    return {each["name"]: each.get("value", each.get("valueFrom")) for each in container(name)["env"]}


def secrets(name: str) -> set[str]:
    mounted = {each["secret"]["secretName"] for each in pod(name)["volumes"] if "secret" in each}
    named = {value["secretKeyRef"]["name"] for value in env(name).values() if isinstance(value, dict)}
    return mounted | named


def test_there_is_what_there_should_be() -> None:
    assert set(DEPLOYMENTS) == {"gatescope-web", "gatescope-scheduler", "gatescope-worker"}
    assert len(CLAIMS) == 1
    assert DEPLOYMENTS["gatescope-scheduler"]["replicas"] == 1
    assert SERVICES["gatescope-web"]["sessionAffinity"] == "ClientIP"


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_each_selects_its_own_pods(name: str) -> None:
    labels = DEPLOYMENTS[name]["template"]["metadata"]["labels"]
    assert DEPLOYMENTS[name]["selector"]["matchLabels"] == labels
    if name in SERVICES:
        assert SERVICES[name]["selector"] == labels
        assert all(each["targetPort"] in ports(name) for each in SERVICES[name]["ports"])


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_each_is_locked_up_and_bounded(name: str) -> None:
    user = pod(name)["securityContext"]
    assert user["runAsNonRoot"] is True
    assert [str(user["runAsUser"])] == said("USER")
    assert container(name)["securityContext"]["readOnlyRootFilesystem"] is True
    assert container(name)["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert "/tmp" in [each["mountPath"] for each in container(name)["volumeMounts"]]
    assert "memory" in container(name)["resources"]["limits"]
    assert pod(name)["automountServiceAccountToken"] is False
    assert pod(name)["enableServiceLinks"] is False  # they would put GATESCOPE_... variables of their own beside ours


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_probes_ask_for_what_is_served(name: str) -> None:
    probes = {kind: each["httpGet"] for kind, each in container(name).items() if kind.endswith("Probe")}
    served = routes() if name == "gatescope-web" else DASK_HEALTH
    assert all(probe["path"] in served and probe["port"] in ports(name) for probe in probes.values())
    if name == "gatescope-web":
        assert probes["startupProbe"]["path"] == "/readyz"
        assert ports(name)["http"] == port()


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_variables_are_read_and_lead_somewhere(name: str) -> None:
    assert not unread(env(name))
    address = urlsplit(env(name)["GATESCOPE_SCHEDULER"])
    assert address.scheme == "tls"
    assert set(env(name)) >= TLS
    if name == "gatescope-scheduler":
        assert (address.hostname, address.port) == ("0.0.0.0", ports(name)["tls"])
    else:
        assert address.port in [each["port"] for each in SERVICES[str(address.hostname)]["ports"]]


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_volumes_are_mounted_claimed_and_documented(name: str) -> None:
    volumes = {each["name"]: each for each in pod(name)["volumes"]}
    assert {each["name"] for each in container(name)["volumeMounts"]} == set(volumes)
    claimed = {
        each["persistentVolumeClaim"]["claimName"] for each in volumes.values() if "persistentVolumeClaim" in each
    }
    assert claimed <= CLAIMS
    assert claimed if name == "gatescope-web" else not claimed  # workers are sent what they need
    for secret in secrets(name):
        assert all(secret in text(docs) for docs in DOCS), secret


def test_commands_name_files_that_exist() -> None:
    for name in DEPLOYMENTS:
        if "args" in container(name):
            assert module_of(container(name)["args"]).is_file()


def test_a_worker_has_a_core_for_each_training() -> None:
    assert container("gatescope-worker")["resources"]["limits"]["cpu"] == env("gatescope-worker")["GATESCOPE_WORKERS"]
