"""Which host names the server answers to, and which pages may have a browser send it something. Pure.

A browser tells under which name it came (`Host`) and from which page (`Origin`, `Sec-Fetch-Site`). Without a list of
names any web page could read everything, through a name of its own that it lets resolve to this machine.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
WILDCARDS = frozenset({"", "0.0.0.0", "::", "[::]"})
ANY = "*"


@dataclass(frozen=True)
class AllowedHosts:
    """Names in lower case, without ports; `*` among them lets in every name."""

    names: frozenset[str]

    def knows(self, host: str) -> bool:
        """Whether a `Host` header names this server."""
        return ANY in self.names or host_name(host) in self.names

    def is_own(self, origin: str, host: str) -> bool:
        """Whether an `Origin` header names a page of this server; `null`, as sandboxed pages send it, does not."""
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https"):
            return False
        name = host_name(parts.netloc)
        return name == host_name(host) if ANY in self.names else name in self.names


def allowed_hosts(given: str, bound: str = "") -> AllowedHosts:
    """Loopback names, those given by commas, and the address listened on where it is one a caller can name."""
    names = {host_name(name.strip()) for name in given.split(",") if name.strip()}
    own = set() if bound in WILDCARDS else {host_name(f"[{bound}]" if bound.count(":") > 1 else bound)}
    return AllowedHosts(frozenset(LOOPBACK | names | own))


def host_name(host: str) -> str:
    """A `Host` header's name in lower case, without its port."""
    name = host.lower()
    bracket = name.find("]")
    if bracket >= 0:
        return name[: bracket + 1]
    return name.partition(":")[0].removesuffix(".")
