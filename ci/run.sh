#!/usr/bin/env bash
# One run of mimtest in a pipeline: test, gate, remarks, summary. Leaves with the gate's exit code.
# Every input comes by the environment and is never part of a command's text; an empty one counts as not given.
set -uo pipefail
set -f # names and globs are taken as they are written

target=${MIMTEST_TARGET:-mimtest.toml}
output=${MIMTEST_OUTPUT:-mimtest-report}
report=$output/report.json

case $target$output in
  *$'\n'*|*$'\r'*) echo "mimtest: the names of target and output are one line each." >&2; exit 2 ;;
esac

run=(run --output "$output")
gate=(gate)
[ -z "${MIMTEST_PROFILE:-}" ] || run+=(--profile "$MIMTEST_PROFILE")
[ -z "${MIMTEST_LEVEL:-}" ] || run+=(--level "$MIMTEST_LEVEL")
[ -z "${MIMTEST_WORKERS:-}" ] || run+=(-n "$MIMTEST_WORKERS")
[ -z "${MIMTEST_WAIVERS:-}" ] || { run+=(--waivers "$MIMTEST_WAIVERS"); gate+=(--waivers "$MIMTEST_WAIVERS"); }
[ -z "${MIMTEST_POLICY:-}" ] || gate+=(--policy "$MIMTEST_POLICY")
[ -z "${MIMTEST_BASELINE:-}" ] || gate+=(--baseline "$MIMTEST_BASELINE")
for suite in ${MIMTEST_SUITES:-}; do run+=(--suite "$suite"); done
while IFS= read -r check; do [ -z "$check" ] || run+=(--check "$check"); done <<<"${MIMTEST_CHECKS:-}"

# What an earlier run left must never be taken for this one's.
rm -f -- "$report" "$output/summary.md"
mimtest "${run[@]}" -- "$target"
ran=$?
code=$ran
if [ -s "$report" ]; then
  mimtest "${gate[@]}" -- "$report"
  code=$?
  # A contradiction comes before whatever else went wrong, and that before what the gate lets pass.
  case $ran:$code in
    *:1|[013]:*) ;;
    *) code=$ran ;;
  esac
  mimtest report --as md -o "$output/summary.md" -- "$report" || [ "$code" = 1 ] || code=4
elif [ "$code" = 0 ]; then
  echo "mimtest: the run left no report." >&2
  code=4
fi

case $code in
  0) result=pass ;;
  1) result=fail ;;
  3) result=incomplete ;;
  2) result=usage ;;
  *) result=error ;;
esac

if [ -s "$report" ] && [ "${GITHUB_ACTIONS:-}" = true ]; then
  mimtest report --as github --target "$target" -- "$report" 2>/dev/null
fi
if [ -s "$output/summary.md" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  cat -- "$output/summary.md" >>"$GITHUB_STEP_SUMMARY"
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  digest=""
  [ ! -s "$report" ] || digest=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1], encoding="utf-8"))["digest"]["sha256"])' "$report")
  printf '%s\n' "result=$result" "exit-code=$code" "report=$report" "digest=$digest" >>"$GITHUB_OUTPUT"
fi
exit "$code"
