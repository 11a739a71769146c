#!/bin/sh
# Prints the Valence book with LibreOffice and makes a picture of each sheet, for the README.
set -eu
cd "$(dirname "$0")/.."
for program in soffice pdftoppm pdftotext; do
    if ! command -v "$program" >/dev/null; then
        echo "$program is missing: the pictures need LibreOffice Calc and poppler-utils" >&2
        exit 1
    fi
done
sh install/setup.sh
deal=workbooks/valence_1998
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/xlfuncs build "$deal"
soffice -env:UserInstallation="file://$work/profile" --headless --convert-to pdf \
    --outdir "$work" "$deal/book.xlsx" >/dev/null 2>&1
.venv/bin/python install/pictures.py "$work/book.pdf" "$deal/pictures"
