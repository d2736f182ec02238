# Sourced by scripts/faults: sources that fail while they are read, writing that is cut, and an
# object store that goes away.
# shellcheck shell=bash
# shellcheck disable=SC2154 # scripts/faults sets what is not set here

# The same rows in every format that can be read, in the folder `sources`.
every_format() {
  mkdir sources
  rows 300 >sources/rows.csv
  local name
  for name in rows.tsv rows.jsonl rows.csv.gz; do
    "$program" convert sources/rows.csv "sources/$name" --quiet
  done
  "$program" convert sources/rows.csv sources/rows.svm --label x1 --quiet
  if has_duckdb; then "$program" convert sources/rows.csv sources/rows.parquet --quiet; fi
  python3 - <<'PYTHON'
import sqlite3, struct, zipfile
lines = open("sources/rows.csv").read().split()
values = [[float(v) for v in line.split(",")] for line in lines[1:]]
head = "{'descr': '<f8', 'fortran_order': False, 'shape': (%d, 16), }" % len(values)
head += " " * (118 - 1 - len(head)) + "\n"
array = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode()
array += b"".join(struct.pack("<16d", *row) for row in values)
open("sources/rows.npy", "wb").write(array)
with zipfile.ZipFile("sources/rows.npz", "w", zipfile.ZIP_DEFLATED) as file:
    file.writestr("x.npy", array)
with sqlite3.connect("sources/rows.sqlite") as shop:
    shop.execute("CREATE TABLE rows (%s)" % ", ".join(f"x{j + 1} REAL" for j in range(16)))
    shop.executemany("INSERT INTO rows VALUES (%s)" % ", ".join("?" * 16), values)
PYTHON
  has_duckdb || rm sources/rows.sqlite
}

# What a file of `sources` is called as a source.
address() { if [[ $1 == *.sqlite ]]; then printf 'sqlite:%s#rows' "$1"; else printf '%s' "$1"; fi; }

# A disk that gives an error at any reading of the file: the file is named, nothing is written.
unreadable_sources_are_named() {
  if ! strace -f -qq -o "$box/trace" -e trace=pread64 true 2>/dev/null; then
    skip "strace may not look at processes here"
    return
  fi
  every_format
  local file k code tries=0
  for file in sources/*; do
    "$program" convert "$(address "$file")" "$box/whole.csv" --overwrite --quiet
    for ((k = 1; k < 400; k += 1 + k / 8)); do
      code=0
      strace -f -qq -P "$file" -o "$box/trace" -e trace=read,pread64 \
        -e inject=read,pread64:error=EIO:when="$k" \
        "$program" convert "$(address "$file")" out.csv --threads 1 --quiet >said 2>&1 || code=$?
      grep -q INJECTED "$box/trace" || break
      tries=$((tries + 1))
      nothing_left
      if ((code == 0)); then
        # It was read again, or was no reading of rows.
        cmp -s out.csv "$box/whole.csv" || tell "reading $k of $file failed: other rows"
        rm out.csv
        continue
      fi
      ((code == 65)) || tell "reading $k of $file failed: exit code $code" "$(cat said)"
      grep -q "^error: .*$file" said || tell "reading $k of $file failed: it is not named" "$(cat said)"
      [[ ! -e out.csv ]] || tell "reading $k of $file failed: a file is there"
    done
    ((code == 0)) || tell "$file cannot be read undisturbed" "$(cat said)"
    ((k > 1)) || tell "no reading of $file was seen"
    rm -f out.csv
  done
  rm -r sources
  printf '    failed at %d readings\n' "$tries"
}

# Whether $1 holds the same as $2, both files or both folders.
same() { diff -rq "$1" "$2" >/dev/null 2>&1; }

# A conversion that is killed at any of its system calls leaves the old file or the new one, and
# what it began is taken away by the next.
converting_is_cut() {
  local calls=write,pwrite64,fsync,renameat2,mkdir,unlink,ftruncate
  if ! strace -f -qq -o "$box/trace" -e trace="$calls" true 2>/dev/null; then
    skip "strace may not look at processes here"
    return
  fi
  every_format
  local pair pairs file out call k code left tries=0
  pairs='tsv:a.csv jsonl:a.csv.gz csv.gz:a.jsonl svm:a.svm npy:a.tsv npz:parts'
  if has_duckdb; then pairs+=' csv:a.parquet parquet:a.csv sqlite:a.jsonl'; fi
  for pair in $pairs; do
    file=sources/rows.${pair%:*} out=${pair#*:}
    local convert=("$program" convert "$(address "$file")" "$out" --overwrite --threads 1 --quiet)
    rm -rf new old
    "${convert[@]}"
    cp -r "$out" new
    if [[ -d $out ]]; then mkdir old && touch old/_SUCCESS; else echo old >old; fi
    for call in ${calls//,/ }; do
      for ((k = 1; k < 40; k++)); do
        rm -rf "$out" && cp -r old "$out"
        code=0
        { strace -f -qq -o "$box/trace" -e trace="$call" -e inject="$call:signal=SIGKILL:when=$k" \
          "${convert[@]}" >said 2>&1; } 2>/dev/null || code=$?
        same "$out" new || same "$out" old || tell "killed at $call $k: $out is neither old nor new"
        ((code == 0)) && break
        ((code == 137)) || tell "killed at $call $k: exit code $code" "$(cat said)"
        tries=$((tries + 1))
      done
    done
    # One that is not killed takes away what the others left.
    "${convert[@]}" >said 2>&1
    same "$out" new || tell "after all that $out is another file"
    left=$(find . -maxdepth 1 -name ".$out*")
    [[ -z $left ]] || tell "left behind: $left"
    nothing_left
    rm -rf "$out"
  done
  rm -rf sources old new
  printf '    killed at %d places\n' "$tries"
}

# Ends the server of the step, whichever way the step ends.
stop_store() { [[ -z ${store:-} ]] || kill -KILL "$store" 2>/dev/null || true; }

# A store of objects on this machine, by moto: the same model as from the file, no secret shown,
# and words when it changes, refuses or goes away.
store_of_objects() {
  local python=$root/.tools/faults/bin/python secret=canary-$RANDOM$RANDOM$RANDOM port='' store='' end
  if ! has_duckdb; then
    skip "there is no DuckDB: scripts/setup --duckdb"
    return
  fi
  trap stop_store EXIT
  setsid "$python" -m moto.server -H 127.0.0.1 -p 0 >store.log 2>&1 </dev/null &
  store=$!
  end=$((SECONDS + 20))
  while [[ -z $port ]]; do
    ((SECONDS < end)) || tell "the store does not start" "$(cat store.log)"
    port=$(sed -n 's/.*127\.0\.0\.1:\([0-9][0-9]*\).*/\1/p' store.log | head -n 1)
    sleep 0.1
  done
  export AWS_ACCESS_KEY_ID=martlet AWS_SECRET_ACCESS_KEY=$secret AWS_REGION=us-east-1
  export AWS_ENDPOINT_URL=http://127.0.0.1:$port
  rows 20000 >rows.csv
  "$program" convert rows.csv rows.parquet --quiet
  head -c 1000 rows.parquet >cut.parquet
  timeout 20 "$python" - <<'PYTHON'
import boto3
store = boto3.client("s3")
store.create_bucket(Bucket="birds")
for name in ["rows.parquet", "cut.parquet"]:
    store.upload_file(name, "birds", name)
PYTHON
  expected=$(digest_of "$program" train kmeans --k 8 --data rows.csv)
  local workers all=(1)
  [[ $with_mpi == no ]] || all=(1 2)
  for workers in "${all[@]}"; do
    same_digest timeout 60 "$program" train kmeans --k 8 --data s3://birds/rows.parquet --workers "$workers" --log log
    if grep -rqF "$secret" said model log; then tell "the secret is shown"; fi
  done
  rm -rf model log
  expect 65 's3://birds/none.parquet' timeout 30 "$program" train kmeans --data s3://birds/none.parquet --out model
  expect 64 'only Parquet is read from an object store, not s3://birds/rows.csv' \
    "$program" train kmeans --data s3://birds/rows.csv --out model
  expect 65 's3://birds/cut.parquet' timeout 30 "$program" train kmeans --data s3://birds/cut.parquet --out model
  stop_store
  for workers in "${all[@]}"; do
    expect 65 's3://birds/rows.parquet' timeout 60 "$program" train kmeans --data s3://birds/rows.parquet \
      --out model --workers "$workers"
    expect 65 's3://birds/rows.parquet' timeout 60 "$program" convert s3://birds/rows.parquet out.csv
    [[ ! -e out.csv ]] || tell "a file is there although the store is gone"
  done
  if grep -qF "$secret" said; then tell "the secret is shown"; fi
  trap - EXIT
  rm -f rows.* cut.parquet store.log said
}
