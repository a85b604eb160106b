# Our side's standard input -> one step, performed on this machine under bash, and how it ended.
#
# Comes by standard input itself (see remote.py), so that no shell that lies between reads a
# character of it. Behind it come the fields of the frame, each as its length and its bytes, and
# one line, once we have said that all is ready: then the step is begun. From there on the end of
# the standard input means that nobody wants the step any more, and the whole tree is ended.
#
# What is told stands between marks that only the two ends know: `begin`, or `cannot` and why;
# the step's own output; `end`, records of how it came to its end, and `over`.

take() { # the next field -> $field
    local length
    field=
    read -r length || exit 1
    ((length == 0)) || IFS= LC_ALL=C read -rN "$length" field || exit 1
}

cannot() {
    printf '%s cannot %s\n' "$mark" "$1"
    [[ -z $folder ]] || rm -rf -- "$folder"
    exit 1
}

collect() { # what bash and the prelude tell in the pipe `missing` -> records of the trailer
    local record all=()
    # For reading alone: should the program be killed, nobody has it open for writing any more.
    exec 5<"$folder/missing" 7<&-
    while IFS= read -r -d '' record <&5; do
        [[ $record != /. ]] || break
        ((${#all[@]} < 100)) || continue
        case $record in
            /*) all+=("export ${record:1}") ;;
            *) all+=("missing $record") ;;
        esac
    done
    ((${#all[@]} == 0)) || printf '%s\0' "${all[@]}"
}

pause() { read -rt 0.05 <&9; }

# Every process below /proc, as far as it is ours to see -> its session in $sessions, parent in
# $parents; zombies are left out.
look() {
    local path stat
    sessions=() parents=()
    for path in /proc/[0-9]*; do
        IFS= read -rN 4096 stat <"$path/stat"
        # The name stands in brackets and may hold brackets and blanks itself: cut after the last.
        set -- ${stat##*)}
        [[ -n ${4-} && $1 != [ZX] ]] || continue
        sessions[${path#/proc/}]=$4
        parents[${path#/proc/}]=$2
    done
}

in_session() { # what lives of the step's own session -> $found
    local pid
    look
    found=()
    for pid in "${!sessions[@]}"; do
        [[ ${sessions[pid]} != "$leader" ]] || found+=("$pid")
    done
}

whole_tree() { # its session, what carries its marker or its leash, and all below these -> $found
    local pid text has_more=yes
    local -A is_ours=()
    look
    for pid in "${!sessions[@]}"; do
        ((sessions[pid])) || continue # the kernel's own
        text=
        # Null bytes are dropped, and the folder's name is one of a kind.
        IFS= read -rN 1000000 text <"/proc/$pid/environ"
        if [[ $pid == "$leader" || ${sessions[pid]} == "$leader" || $text == *"DRILLBOOK_ATTEMPT=$folder"* ||
            /proc/$pid/fd/199 -ef $folder/never ]]; then
            is_ours[$pid]=1
        fi
    done
    while [[ -n $has_more ]]; do
        has_more=
        for pid in "${!parents[@]}"; do
            [[ -z ${is_ours[$pid]-} && -n ${is_ours[${parents[pid]}]-} ]] || continue
            is_ours[$pid]=1 has_more=yes
        done
    done
    found=("${!is_ours[@]}")
}

signal() { for pid in "${found[@]}"; do kill -s "$1" "$pid"; done; }

finish() { # what a function finds: asked to end, and killed when its time of grace is over
    local round
    $1
    ((${#found[@]})) || return
    signal TERM
    signal CONT
    for ((round = 0; round < grace; round++)); do
        pause
        $1
        ((${#found[@]})) || return
    done
    for ((round = 0; round < 200; round++)); do
        signal KILL
        pause
        $1
        ((${#found[@]})) || return
    done
}

guard() { # until our side is gone, or the step's time is over there too
    IFS= read -rt "$limit" -N 1 _ <&4
    : >"$folder/ending"
    read -r leader <"$folder/leader" || leader=none
    finish whole_tree
    kill -0 "$$" || rm -rf -- "$folder" # else it is still to tell
}

tell_survivors() {
    local pid word words
    for pid in "${found[@]}"; do
        words=
        while IFS= read -r -d '' word; do words+=" $word"; done <"/proc/$pid/cmdline"
        printf 'survivor %s%s\0' "$pid" "$words"
    done
}

tell() {
    local record said
    printf '%s end\0' "$mark"
    # Bash says of what a signal ended that it was one; of SIGINT and SIGPIPE it says nothing.
    if ((code > 128)) && IFS= read -rN 1 said <"$folder/said"; then
        printf 'signal %s\0' "$((code - 128))"
    else
        printf 'exit %s\0' "$code"
    fi
    printf '/.\0' >&7
    while IFS= read -r -d '' record <&6; do printf '%s\0' "$record"; done
    tell_survivors
    rm -rf -- "$folder"
    printf '%s over' "$mark"
}

main() {
    local field folder= mark limit grace is_background cwd count argv=() vars=()
    local code leader setsid sessions parents found
    exec 2>/dev/null
    set +m
    trap : PIPE # we tell to nobody, and clean up; what we start has it as ever
    take && mark=$field
    take && limit=$field
    take && grace=$field
    take && is_background=$field
    take && cwd=$field
    take && count=$field
    for (( ; count > 0; count--)); do take && argv+=("$field"); done
    take && count=$field
    for (( ; count > 0; count--)); do
        take && vars+=("$field")
        # What Linux takes as one variable, its end included.
        ((${#field} < 131072)) || cannot "the value of ${field%%=*} is longer than 128 KiB"
    done

    [[ -r /proc/self/stat ]] || cannot 'it has no /proc, so nothing of a step could be ended'
    for field in setsid mktemp mkfifo rm; do
        type -P "$field" >/dev/null || cannot "it has no program $field"
    done
    setsid=$(type -P setsid)
    [[ -z $cwd ]] || CDPATH= cd -- "$cwd" >/dev/null || cannot "the folder $cwd cannot be entered"
    # A container whose file system is read-only has its shared memory still.
    for field in "${TMPDIR:-/tmp}" /dev/shm /run; do
        folder=$(mktemp -d "$field/drillbook.XXXXXXXXXX") && break
    done
    [[ -n $folder ]] || cannot 'it has no room for a temporary folder'
    mkfifo -m 600 "$folder/missing" "$folder/never" || cannot 'it has no room for a pipe'
    exec 4<&0 7<>"$folder/missing" 8>&1 9<>"$folder/never" </dev/null

    printf '%s begin\n' "$mark"
    read -r field <&4 && [[ $field == go ]] || { rm -rf -- "$folder"; exit 1; }

    exec 6< <(collect 4<&- 8>&-)
    guard >/dev/null 6<&- 8>&- &
    exec 2>"$folder/said"
    # In the foreground: bash would have a job in the background ignore Ctrl-C.
    (
        exec 2>&8
        printf '%s\n' "$BASHPID" >"$folder/leader"
        # Told first, asked then: whoever wants the end now either is seen, or sees us.
        [[ ! -e $folder/ending ]] || exit 143
        # Nothing of ours has a name any more: a variable of the step may be called the same.
        set -- "$folder" "${#vars[@]}" "${vars[@]}" "$setsid" "${argv[@]}"
        unset -v argv vars
        export TERM=dumb "${@:3:$2}" DRILLBOOK_ATTEMPT="$1"
        # The leash: what takes the marker out of its environment still has it.
        exec 199<>"$1/never"
        shift "$(($2 + 2))"
        exec "$@" >&8 4<&- 6<&- 7<&- 8>&- 9<&-
    )
    code=$?
    exec 2>/dev/null
    read -r leader <"$folder/leader"
    if [[ -e $folder/ending ]]; then wait "$!"; else kill "$!"; fi
    whole_tree
    if ((${#found[@]})) && [[ $is_background != 1 ]]; then
        finish in_session
        whole_tree
    fi
    tell
}

main
