#!/bin/sh
# The steps of a deployment, one by one, for any CI. Run it in the folder of the cdktf program, after `npm ci`.
#
#   pipeline.sh plan     synthesizes, plans, and lets beehive judge plan and hive; ends with 1 when either is refused
#   pipeline.sh apply    applies that plan and no other
#
# STACK           the stack; default: shop
# BEEHIVE_PHASE   "infrastructure" where nothing reaches the machines by SSH; default: everything
# BEFORE          the manifest of the last deployment, so that tiers that have left the program are judged, too; default: none
#
# The folder cdktf.out is handed from plan to apply. It holds the plan, and a plan holds every secret: keep it private, and short.
set -eu

stack=${STACK:-shop}
folder=cdktf.out/stacks/$stack

plan() {
    npx cdktf synth
    # The last plan must not be what is applied when this one fails.
    rm -f "$folder/plan"
    terraform -chdir="$folder" init -input=false
    terraform -chdir="$folder" plan -input=false -out=plan
    terraform -chdir="$folder" show -json plan >"$folder/plan.json"
    refused=0
    npx beehive check-plan "$folder/plan.json" --manifest "$folder/beehive.json" ${BEFORE:+--before "$BEFORE"} \
        --json "$folder/verdict.json" || refused=$?
    rm -f "$folder/plan.json"
    npx beehive report --manifest "$folder/beehive.json" --markdown "$folder/report.md" --sarif "$folder/report.sarif" ||
        refused=$?
    if [ "$refused" -ne 0 ]; then
        # Nobody can approve by mistake what was refused.
        rm -f "$folder/plan"
        exit "$refused"
    fi
}

apply() {
    [ -f "$folder/plan" ] || {
        echo "there is no plan in $folder; run $0 plan first" >&2
        exit 3
    }
    terraform -chdir="$folder" init -input=false
    terraform -chdir="$folder" apply -input=false plan
    rm -f "$folder/plan"
}

case ${1:-} in
plan | apply) "$1" ;;
*)
    echo "usage: $0 plan|apply" >&2
    exit 3
    ;;
esac
