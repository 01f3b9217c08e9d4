#!/bin/sh
# The steps of a deployment, one by one, for any CI. Run it in the folder of the cdktf program, after `npm ci`.
#
#   pipeline.sh plan     synthesizes, plans, and lets beehive judge plan and hive; ends with 1 when either is refused.
#                        A promise that synth refuses is in report.md and report.sarif, too
#   pipeline.sh seal     encrypts cdktf.out into plan.sealed, to be handed to another job
#   pipeline.sh open     makes cdktf.out of plan.sealed
#   pipeline.sh apply    applies that plan and no other
#
# STACK             the stack; default: shop
# BEEHIVE_PHASE     "infrastructure" where nothing reaches the machines by SSH; default: everything
# BEFORE            the manifest of the last deployment, so that tiers that have left the program are judged, too; default: none
# PLAN_PASSPHRASE   what plan.sealed is encrypted with
#
# A plan holds every secret in the clear, and CI's artefacts are readable for many accounts: cdktf.out never leaves the job unsealed.
# Applying needs no secret but the passphrase: the plan has the others.
set -eu
umask 077

stack=${STACK:-shop}
folder=cdktf.out/stacks/$stack
sealed=plan.sealed

report() {
    npx beehive report --manifest "$folder/beehive.json" --markdown "$folder/report.md" --sarif "$folder/report.sarif"
}

plan() {
    # Nothing of the last run may be applied or judged when this one fails.
    rm -f "$folder/plan" "$folder/beehive.json" "$folder/report.md" "$folder/report.sarif"
    npx cdktf synth || {
        # A program whose promise is refused leaves its manifest, and nothing to plan.
        [ ! -f "$folder/beehive.json" ] || report || true
        exit 1
    }
    trap 'rm -f "$folder/plan.json"' EXIT
    terraform -chdir="$folder" init -input=false
    terraform -chdir="$folder" plan -input=false -out=plan
    terraform -chdir="$folder" show -json plan >"$folder/plan.json"
    refused=0
    npx beehive check-plan "$folder/plan.json" --manifest "$folder/beehive.json" ${BEFORE:+--before "$BEFORE"} \
        --json "$folder/verdict.json" || refused=$?
    rm -f "$folder/plan.json"
    report || refused=$?
    if [ "$refused" -ne 0 ]; then
        # Nobody can approve by mistake what was refused.
        rm -f "$folder/plan"
        exit "$refused"
    fi
}

needs_plan() {
    [ -f "$folder/plan" ] || {
        echo "there is no plan in $folder; run $0 plan first" >&2
        exit 3
    }
}

# The passphrase travels in a file descriptor: arguments are for all to see. gpg's agent and files are gone afterwards.
encryption() {
    : "${PLAN_PASSPHRASE:?is what the plan is encrypted with; keep it with the secrets of your CI}"
    keyring=$(mktemp -d)
    status=0
    gpg --homedir "$keyring" --batch --yes --quiet --pinentry-mode loopback --passphrase-fd 3 "$@" 3<<END || status=$?
$PLAN_PASSPHRASE
END
    gpgconf --homedir "$keyring" --kill all
    rm -rf "$keyring"
    return "$status"
}

# Without the providers: init fetches them again, and takes those whose checksums are in the lock file.
seal() {
    needs_plan
    tar -cf - --exclude=.terraform cdktf.out | encryption --symmetric --cipher-algo AES256 --output "$sealed"
}

open() {
    trap 'rm -f "$sealed.tar"' EXIT
    encryption --decrypt --output "$sealed.tar" "$sealed"
    rm -rf cdktf.out
    tar -xf "$sealed.tar"
    rm -f "$sealed"
}

apply() {
    needs_plan
    terraform -chdir="$folder" init -input=false
    terraform -chdir="$folder" apply -input=false plan
    rm -f "$folder/plan"
}

case ${1:-} in
plan | seal | open | apply) "$1" ;;
*)
    echo "usage: $0 plan|seal|open|apply" >&2
    exit 3
    ;;
esac
