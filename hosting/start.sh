#!/bin/sh
# An image's entry point: puts the compiled training where it can be used, then becomes the command it is given.
# numba reads compiled code only from a folder it may write to, and the image's own folder may be read-only.
kept="${COMPILED:-/opt/compiled}"
if [ -d "$kept" ] && [ -n "${NUMBA_CACHE_DIR:-}" ]; then
  { mkdir -p "$NUMBA_CACHE_DIR" && cp -R "$kept/." "$NUMBA_CACHE_DIR/"; } \
    || echo "gatescope: $NUMBA_CACHE_DIR cannot be written, so each start compiles the training anew" >&2
fi
exec "$@"
