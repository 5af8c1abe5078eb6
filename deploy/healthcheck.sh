#!/bin/bash
# healthcheck.sh PORT PATH: succeeds where http://127.0.0.1:PORT/PATH answers 200. The image has no curl.
set -euo pipefail

exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$2" >&3
read -r -t 4 _ status _ <&3
[[ $status == 200 ]]
