#!/bin/sh
# Starts the API and the web page in the background and waits until both answer; stops them again.
#   deploy/up.sh start|stop HOME [API_PORT UI_PORT]      (SODAI names the command, .venv/bin/sodai by default)
set -eu
what=$1 home=$2 api=${3:-8000} page=${4:-7860}
sodai=${SODAI:-.venv/bin/sodai}
folder=$home/up

answers() {
	"$(dirname "$sodai")/python" -c "import sys, urllib.request as u; u.urlopen(u.Request(sys.argv[1], headers={'Host': 'localhost'}), timeout=5)" "$1" 2>/dev/null
}

stop() { # in the order given; each has 15 seconds to answer what it was asked
	for name in "$@"; do
		file=$folder/$name.pid
		test -f "$file" || continue
		pid=$(cat "$file")
		if kill "$pid" 2>/dev/null; then
			tries=0
			while kill -0 "$pid" 2>/dev/null && test $tries -lt 150; do sleep 0.1; tries=$((tries + 1)); done
			kill -9 "$pid" 2>/dev/null || true
			echo "stopped: $name"
		fi
		rm -f "$file"
	done
}

start() { # NAME URL COMMAND...
	name=$1 url=$2
	shift 2
	if answers "$url"; then
		echo "up: $url answers already: another port? (make up API_PORT=... UI_PORT=...)" >&2
		return 1
	fi
	nohup "$@" >"$folder/$name.log" 2>&1 </dev/null &
	pid=$!
	echo "$pid" >"$folder/$name.pid"
	tries=0
	until answers "$url"; do
		tries=$((tries + 1))
		if ! kill -0 "$pid" 2>/dev/null || test $tries -gt 240; then
			echo "up: $name did not start; the end of $folder/$name.log:" >&2
			tail -n 5 "$folder/$name.log" >&2
			return 1
		fi
		sleep 0.5
	done
}

case $what in
start)
	mkdir -p "$folder"
	stop page api
	start api "http://127.0.0.1:$api/readyz" "$sodai" serve --home "$home" --port "$api" || { stop api; exit 1; }
	start page "http://127.0.0.1:$page/" "$sodai" ui --api "http://127.0.0.1:$api" --port "$page" || { stop page api; exit 1; }
	echo "page  http://127.0.0.1:$page/      (English: http://127.0.0.1:$page/en/)"
	echo "API   http://127.0.0.1:$api/v1    (stop both: make down)"
	;;
stop) stop page api ;;
*)
	echo "usage: deploy/up.sh start|stop HOME [API_PORT UI_PORT]" >&2
	exit 2
	;;
esac
