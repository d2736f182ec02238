# Sourced by scripts/hostile and scripts/faults: the program in a folder of its own, and what each
# of its runs must keep.
# shellcheck shell=bash
# shellcheck disable=SC2154 # common.sh sets what is not set here

root=$PWD
iris=$root/datasets/iris/iris.csv
only=${1:-}
skipped=0

# Builds what is missing and steps into a fresh folder; all that is temporary has its place there.
prepare() {
  step "build the program" build_release --product martlet
  program=$(swift build "${release[@]}" --show-bin-path)/martlet
  box=$(mktemp -d)
  trap 'cd / && rm -rf "$box"' EXIT
  export TMPDIR=$box/tmp box program
  mkdir "$TMPDIR" "$box/work"
  chmod 755 "$box"
  model=$box/model
  "$program" train kmeans --data "$iris" --label species --k 3 --out "$model" --quiet
  cd "$box/work" || exit
}

martlet() { "$program" "$@"; }

# Says what is wrong and ends the step.
tell() {
  printf '    %s\n' "$@" >&2
  exit 1
}

# Says that a step could not be tried.
skip() {
  printf '    left out: %s\n' "$1"
  touch "$box/skipped.$RANDOM$RANDOM"
}

# The text of one field of a JSON object: `field sha256 FILE`.
field() { sed -n "s/.*\"$1\" *: *\"\{0,1\}\([^\",}]*\).*/\1/p" "$2" | head -n 1; }

# Nothing temporary is left beside outputs or where temporary files go.
nothing_left() {
  local left tries
  for tries in 1 2 3 4 5 6; do
    left=$(find . "$TMPDIR" -mindepth 1 \( -name '.*.tmp.*' -o -name '.*.old.*' -o -path "$TMPDIR/*" \) 2>/dev/null)
    [[ -n $left ]] || return 0
    # A daemon of the engine may still be tidying up.
    ((tries == 6)) || sleep 0.4
  done
  tell "left behind: $left"
}

# `expect CODE WORDS command...`: the exit code, the words among what it says, nothing left behind;
# and where it fails, no output under the usual names.
expect() {
  local wanted=$1 words=$2 code=0
  shift 2
  "$@" >said 2>&1 || code=$?
  ((code == wanted)) || tell "exit code $code, not $wanted: $*" "$(head -c 2000 said)"
  [[ $(tr -d '\0' <said) == *"$words"* ]] || tell "does not say '$words': $*" "$(head -c 2000 said)"
  if ((wanted != 0)) && [[ -e model ]]; then tell "a model is there although it failed: $*"; fi
  nothing_left
}

# `round WHAT function`: a step, if it is wanted.
round() {
  [[ -z $only || $1 == *"$only"* ]] || return 0
  step "$@"
}

# The closing words.
finish() {
  skipped=$(find "$box" -maxdepth 1 -name 'skipped.*' | wc -l)
  tell_steps
  ((skipped == 0)) || printf '%d of them left something out, as said above\n' "$skipped"
}
