"""Sends events with a client from PyPI: send.py CLIENT HOST KEY COUNT."""

import sys

client, host, key, count = sys.argv[1:5]
count = int(count)

if client == "segment-python":
    import segment.analytics as analytics

    analytics.write_key = key
    analytics.host = host
elif client == "rudder-python":
    import rudderstack.analytics as analytics

    analytics.write_key = key
    analytics.dataPlaneUrl = host
else:
    raise SystemExit(f"no such client: {client}")

analytics.max_retries = 10


def fail(error, items):
    print(f"{client}: {error}", file=sys.stderr)
    sys.exit(1)


analytics.on_error = fail
who = f"{client}-user"
analytics.identify(who, {"name": f"User of {client}"})
analytics.group(who, f"{client}-firm", {"name": f"Firm of {client}"})
for n in range(count):
    analytics.track(who, client, {"n": n})
analytics.flush()
analytics.shutdown()
