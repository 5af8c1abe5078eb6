"""The official Linode library against our simulated Linode, through the life of one server.

python lifecycle.py BASE_URL TOKEN        (ends in LIFECYCLE OK, or in a traceback)
"""

import sys
import time

from linode_api4 import ApiError, Instance, LinodeClient

WAIT_S = 30


def main(base_url: str, token: str) -> None:
    client = LinodeClient(token, base_url=base_url)
    began = time.monotonic()
    regions, types, images = client.regions(), client.linode.types(), client.images()
    say("catalog", len(regions), "regions", len(types), "types", len(images), "images")
    assert regions and types and images, "an empty catalog"
    assert all(kind.price.monthly >= 0 for kind in types)

    server, _ = with_password(client.linode.instance_create(
        types[0].id, regions[0].id, image=images[0].id, label="judged-1", root_pass="aComplexP@ssword123", tags=["judge"]
    ))
    say("created", server.id, server.status, server.ipv4)
    refused("a label twice", 400, lambda: client.linode.instance_create(
        types[0].id, regions[0].id, image=images[0].id, label="judged-1", root_pass="aComplexP@ssword123"
    ))
    until(server, "running")
    assert [one.id for one in client.linode.instances(Instance.label == "judged-1")] == [server.id], "the filter by label"
    assert server.ipv4 and server.ipv6 and server.region.id == regions[0].id

    assert server.shutdown()
    until(server, "offline")
    assert server.boot()
    until(server, "running")
    assert server.reboot()
    until(server, "running")

    number = server.id
    assert server.delete()
    gone(client, number)
    refused("a server that is gone", 404, lambda: client.load(Instance, number).label)
    refused("a wrong token", 401, lambda: list(LinodeClient("wrong", base_url=base_url).linode.instances()))
    print(f"LIFECYCLE OK {time.monotonic() - began:.1f} s")


def with_password(created):
    """The library answers a pair when it made the password up itself, and the server alone otherwise."""
    return created if isinstance(created, tuple) else (created, None)


def until(server, status: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        server.invalidate()
        if server.status == status:
            say("now", status)
            return
        time.sleep(0.2)
    raise SystemExit(f"never {status}: still {server.status}")


def gone(client, number: int) -> None:
    deadline = time.monotonic() + WAIT_S
    while number in [one.id for one in client.linode.instances()]:
        assert time.monotonic() < deadline, "never gone"
        time.sleep(0.2)
    say("gone", number)


def refused(what: str, status: int, act) -> None:
    try:
        act()
    except ApiError as error:
        assert error.status == status, f"{what}: {error.status} instead of {status}"
        say("refused", what, status)
        return
    raise SystemExit(f"{what} was not refused")


def say(*words) -> None:
    print(*words, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:3])
