"""A client that openapi-python-client wrote from our document reads real answers, and writes them back unchanged.

python client.py FOLDER BASE_URL TOKEN FILE   FOLDER holds the package skypanel_client, FILE what zod.mjs read.
"""

import importlib
import json
import pkgutil
import re
import sys
from datetime import datetime

folder, base, token, listed = sys.argv[1:]
sys.path.insert(0, folder)
import skypanel_client  # noqa: E402
from skypanel_client import api  # noqa: E402

client = skypanel_client.AuthenticatedClient(base_url=base, token=token, raise_on_unexpected_status=True)


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def plain(value: object) -> object:
    """The value with its times in one notation: "Z" is "+00:00"."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value):
        return datetime.fromisoformat(value).isoformat()
    return value


modules = {found.name.rsplit(".", 1)[-1]: found.name for found in pkgutil.walk_packages(api.__path__, "skypanel_client.api.")}
with open(listed, encoding="utf-8") as lines:
    operations = json.load(lines)
for operation in operations:
    module = importlib.import_module(modules[snake(operation["id"])])
    values = {snake(name) if name != "id" else "id": value for name, value in operation["values"].items()}
    said = module.sync_detailed(*values.values(), client=client)
    body = json.loads(said.content)
    if said.status_code != 200 or said.parsed is None:
        sys.exit(f"{operation}: {said.status_code}, read as {said.parsed!r}")
    if plain(said.parsed.to_dict()) != plain(body):
        sys.exit(f"{operation}: reads {said.parsed.to_dict()}\nwhere we said {body}")
print(f"openapi-python-client read {len(operations)} operations")
