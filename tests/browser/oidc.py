"""A provider of OpenID Connect: discovery, a page that asks, codes for tokens (RS256, PKCE), keys, signing out."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "gatescope-tests", "a/client+secret"
WHO = {"sub": "planted-subject-0071", "name": "Ada [x](y) *L*", "email": "planted.address@people.example"}
ALGORITHM = "RS256"


class Provider:
    """Running while it is a context.

    Attributes:
        forges: "" for an honest one; else what is wrong with the next identities: "signature" (another's key under the
            same name), "none" (unsigned), "audience", "issuer", "nonce", "expired".
        signs_out: whether it says where to sign out.
        asked: the paths it was asked for.
    """

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": ALGORITHM})
        self.another = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": ALGORITHM})
        self.forges, self.signs_out, self.asked = "", True, list[str]()
        self.codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answering", (_Answering,), {"provider": self}))
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def secrets_file(self, redirect_uri: str, cookie_secret: str = "c" * 40, section: str = "auth") -> str:
        """What a host writes into .streamlit/secrets.toml."""
        shared = f'[auth]\nredirect_uri = "{redirect_uri}"\ncookie_secret = "{cookie_secret}"\n'
        told = {
            "client_id": CLIENT,
            "client_secret": SECRET,
            "server_metadata_url": f"{self.address}/.well-known/openid-configuration",
        }
        own = "".join(f'{name} = "{value}"\n' for name, value in told.items())
        return shared + (own if section == "auth" else f"[{section}]\n{own}")

    def metadata(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "code_challenge_methods_supported": ["S256"],
        }
        return told | ({"end_session_endpoint": f"{self.address}/sign-out"} if self.signs_out else {})

    def page(self, asked: dict[str, str]) -> str:
        """Who is asked may go on or refuse."""
        code, back = secrets.token_urlsafe(16), asked["redirect_uri"]
        self.codes[code] = asked
        go_on = urlencode({"code": code, "state": asked["state"]})
        refuse = urlencode({"error": "access_denied", "state": asked["state"]})
        links = {"Go on": f"{back}?{go_on}", "Refuse": f"{back}?{refuse}"}
        return "".join(f'<p><a href="{html.escape(link)}">{word}</a></p>' for word, link in links.items())

    def tokens(self, given: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """For a code of one use, to the client that can show what it began with."""
        asked = self.codes.pop(given.get("code", ""), None)
        client = base64.b64encode(f"{quote(CLIENT, safe='')}:{quote(SECRET, safe='')}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or authorization not in (f"Basic {client}", f"Basic {plain}"):
            return None
        shown = hashlib.sha256(given["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(shown).decode().rstrip("=") != asked["code_challenge"]:
            return None
        return {"access_token": "access", "token_type": "Bearer", "expires_in": 3600, "id_token": self._identity(asked)}

    def _identity(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {**WHO, "iss": self.address, "aud": CLIENT, "nonce": asked["nonce"], "iat": now, "exp": now + 600}
        claims |= {
            "audience": {"aud": "somebody-else"},
            "issuer": {"iss": "https://evil.example"},
            "nonce": {"nonce": "of-another-sign-in"},
            "expired": {"iat": now - 7200, "exp": now - 3600},
        }.get(self.forges, {})
        if self.forges == "none":
            head, body = ({"alg": "none"}, claims)
            return (
                ".".join(base64.urlsafe_b64encode(json.dumps(x).encode()).decode().rstrip("=") for x in (head, body))
                + "."
            )
        key = self.another if self.forges == "signature" else self.key
        return jwt.encode({"alg": ALGORITHM, "kid": "one"}, claims, key)


class _Answering(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        path, asked = self._asked(self.path)
        if path == "/.well-known/openid-configuration":
            self._say(json.dumps(self.provider.metadata()), "application/json")
        elif path == "/keys":
            self._say(json.dumps({"keys": [self.provider.key.as_dict(private=False)]}), "application/json")
        elif path == "/authorize":
            self._say(self.provider.page(asked), "text/html")
        elif path == "/sign-out":
            self._say("", "text/plain", 302, Location=asked["post_logout_redirect_uri"])
        else:
            self._say("", "text/plain", 404)

    def do_POST(self) -> None:
        self._asked(self.path)
        given = self._one_each(self.rfile.read(int(self.headers["Content-Length"])).decode())
        tokens = self.provider.tokens(given, self.headers.get("Authorization", ""))
        self._say(json.dumps(tokens or {"error": "invalid_grant"}), "application/json", 200 if tokens else 400)

    def _asked(self, address: str) -> tuple[str, dict[str, str]]:
        parts = urlsplit(address)
        self.provider.asked.append(parts.path)
        return parts.path, self._one_each(parts.query)

    def _one_each(self, query: str) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(query).items()}

    def _say(self, text: str, kind: str, status: int = 200, **headers: str) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""
