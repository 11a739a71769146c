#!/bin/sh
# The main job, end to end: build the Valence deal book, refresh it with new bids, show the figures.
set -eu
cd "$(dirname "$0")/.."
sh install/setup.sh
PATH="$PWD/.venv/bin:$PATH"
deal=workbooks/valence_1998

echo "1. Build the book from $deal/terms.toml, ledger.csv, bids.csv and holidays.csv"
xlfuncs build "$deal"
echo
echo "2. Refresh it as of 1 March 2000 with new bids (illustrative, not quotations)"
xlfuncs refresh "$deal/book.xlsx" \
    --bids "$deal/new_bids.csv" --as-of 2000-03-01 \
    --outputs conversion_date,premium,fixed_price,variable_price,conversion_price,wanted_shares,convertible_shares,binding_limit,redemption_amount,liquidation_preference,market_price,agent_cashless_exercise_shares,adjusted_exercise_price,historical_volatility,black_scholes_amount,verdict
echo
echo "The book as built:  $PWD/$deal/book.xlsx"
echo "The refreshed copy: $PWD/$deal/book.refreshed.xlsx"
