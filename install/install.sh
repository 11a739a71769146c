#!/bin/sh
# Installs xlfuncs for one user of Linux or macOS: the command xlfuncs, and the functions in
# LibreOffice Calc where LibreOffice is there. Nothing is changed outside the user's own folders;
# but run by root, the functions in Calc are for all users of the machine, since LibreOffice
# takes extensions from root in no other way.
# Usage: sh install/install.sh [FOLDER]
#
# Excel: on macOS the functions cannot be called from its cells, since Excel for Mac calls no
# Python; books that xlfuncs builds or refreshes show their figures there. On Linux there is none.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:-${XDG_DATA_HOME:-$HOME/.local/share}/xlfuncs}
links=$HOME/.local/bin

. "$here/install/python.sh"

echo "Installing into $folder with $python"
# pip writes beside what it builds, and this folder may be one that can only be read.
copy=$(mktemp -d)
made=
[ -e "$folder" ] || made=$folder
clear_up() {
    rm -rf "$copy"
    [ -z "$made" ] || rm -rf "$made" # half made, it is of no use
}
trap clear_up EXIT
trap 'exit 1' HUP INT TERM
cp -R "$here/xlfuncs" "$here/pyproject.toml" "$here/README.md" "$here/LICENSE" "$copy"
chmod -R u+w "$copy"
"$python" -m venv "$folder" || {
    echo "Python's venv module is missing: on Debian, apt-get install python3-venv" >&2
    exit 1
}
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
    --constraint "$here/install/constraints.txt" "$copy"
made=
mkdir -p "$links"
ln -sf "$folder/bin/xlfuncs" "$links/xlfuncs"

shared=
if [ "$(id -u)" -eq 0 ]; then
    shared=--shared
    echo "As root: the functions in Calc are for all users; xlfuncs uninstall calc --shared undoes it."
fi
"$folder/bin/xlfuncs" install calc $shared ||
    echo "Calc does not have the functions; the command xlfuncs works without it."
echo
"$folder/bin/xlfuncs" doctor || true
echo
case ":$PATH:" in
*":$links:"*) echo "The command: xlfuncs" ;;
*) echo "The command: $links/xlfuncs (put $links into PATH to write xlfuncs alone)" ;;
esac
