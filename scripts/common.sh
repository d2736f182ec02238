# Sourced by the other scripts: where the repository is, how it is built, how steps are told.
# shellcheck shell=bash

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Open MPI refuses root unless it is told twice; several ranks on few cores must yield while idle.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OPENBLAS_NUM_THREADS=1
# As the launcher starts workers: ranks of one host copy through shared memory.
export OMPI_MCA_btl_vader_single_copy_mechanism=none

scripts/setup "${SETUP_NEEDS[@]}"

# One release tree serves the program, the laws and the benchmarks. Static, so that the program
# starts in milliseconds and runs where there is no toolchain; the flag changes how every file is
# compiled, so all who share the tree must pass it.
release=(-c release --static-swift-stdlib)
# The tests cannot link statically (the toolchain has no static test library): a tree of their own,
# where warnings are errors. C is optimised, or the kernels would dominate the time.
checked=(--scratch-path .build/checked -Xswiftc -warnings-as-errors -Xcc -O2)
with_mpi=yes
if ! pkg-config --exists mpi-c; then
  with_mpi=no
  release+=(--disable-default-traits)
  checked+=(--disable-default-traits)
fi

# Builds for release, showing the compiler's words only when it fails, and says how long it took.
build_release() {
  local log started=$SECONDS
  log=$(mktemp)
  if ! swift build "${release[@]}" "$@" >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    rm -f "$log"
    echo "the build failed" >&2
    return 1
  fi
  rm -f "$log"
  build_seconds=$((SECONDS - started))
}

# Runs one step, `step "what it does" command...`: tells how long it took, or ends the script with
# the failure.
steps_passed=0
step() {
  local what=$1 started=$EPOCHREALTIME status=0
  shift
  printf '==> %s\n' "$what"
  # Not `"$@" || status=$?`: inside that, a function would run on past its own failures.
  set +e
  (set -e; "$@") </dev/null
  status=$?
  set -e
  local tenths=$(((${EPOCHREALTIME/./} - ${started/./}) / 100000))
  local seconds=$((tenths / 10)).$((tenths % 10))
  if ((status != 0)); then
    printf '==> %s: failed with exit code %d after %s s\n' "$what" "$status" "$seconds" >&2
    printf 'steps: %d passed, 1 failed\n' "$steps_passed"
    exit "$status"
  fi
  steps_passed=$((steps_passed + 1))
  printf '    %s s: %s\n' "$seconds" "$what"
}

# The closing line of a script of steps.
tell_steps() { printf 'steps: %d passed, 0 failed\n' "$steps_passed"; }
