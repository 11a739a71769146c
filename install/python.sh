# Sourced by the other scripts: sets python to a Python that xlfuncs runs on, or ends with a sentence.
python=
for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
    if command -v "$name" >/dev/null 2>&1 &&
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "xlfuncs needs Python 3.11 or newer, and none was found; set PYTHON to one" >&2
    exit 1
fi
