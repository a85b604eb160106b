#!/usr/bin/env bash
# This machine -> the servers of alerting in .tools/debian, unpacked from their Debian packages: no root, no daemon.
# Programs that are on PATH already are used as they are. Quick when there is nothing to do.
set -euo pipefail
cd "$(dirname "$0")/.."

into="$PWD/.tools/debian"
private="$PWD/.tools/apt"
declare -A package_of=(
    [prometheus]=prometheus
    [promtool]=prometheus
    [prometheus-alertmanager]=prometheus-alertmanager
    [amtool]=prometheus-alertmanager
    [prometheus-postgres-exporter]=prometheus-postgres-exporter
    [rg]=ripgrep
)

fail() {
    echo "error: $1" >&2
    exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }

# Where the lab looks, and in that order.
has() {
    [ -x "${DRILLBOOK_SERVERS:-/nonexistent}/$1" ] || [ -x "$into/usr/bin/$1" ] || command -v "$1" >/dev/null
}

# Two sets of apt's files: the system's own where we may write them or they are there, else ours below .tools.
apt() {
    if [ -d "$private/state/lists/partial" ]; then
        apt-get -o Dir::State="$private/state" -o Dir::State::status=/var/lib/dpkg/status \
            -o Dir::Cache="$private/cache" -o Debug::NoLocking=1 "$@"
    else
        apt-get "$@"
    fi
}

update_lists() {
    if ! is_root; then
        mkdir -p "$private/state/lists/partial" "$private/cache/archives/partial"
    fi
    # A source that cannot be reached is not always the one that is needed, so the download decides.
    apt update -qq >"$log" 2>&1 </dev/null || true
}

download() { (cd "$downloads" && apt download -qq "$@" >"$log" 2>&1 </dev/null); }

unpack() {
    for file in "$downloads"/*.deb; do
        dpkg-deb -x "$file" "$into"
    done
    # Debian's Alertmanager opens its templates by the absolute path where an installed package has them. As package
    # managers that relocate do, its private copy is given a path of the same length that begins where it is started;
    # the lab starts it in the folder above its bin.
    alertmanager="$into/usr/bin/prometheus-alertmanager"
    if [ -f "$alertmanager" ]; then
        LC_ALL=C sed -i 's#/usr/share/prometheus/alertmanager#././/share/prometheus/alertmanager#g' "$alertmanager"
    fi
}

install_curl() {
    command -v curl >/dev/null && return
    if is_root && command -v apt-get >/dev/null; then
        echo "installing curl, which the first pack's runbook calls" >&2
        apt install --yes --no-install-recommends curl >"$log" 2>&1 </dev/null ||
            { update_lists && apt install --yes --no-install-recommends curl >"$log" 2>&1 </dev/null; } || true
    fi
    command -v curl >/dev/null || fail "curl is missing, and the first pack's runbook calls it; apt-get install curl (as root)"
}

missing=""
for program in "${!package_of[@]}"; do
    has "$program" || missing="$missing $program"
done
# A database that only tests of SQL steps need: where it cannot be had, they are skipped and say so.
has_mariadb() { [ -x "$into/usr/sbin/mariadbd" ] || [ -x /usr/sbin/mariadbd ] || [ -e "$into/no-mariadb" ]; }

get_mariadb() {
    has_mariadb && return
    rm -f "$downloads"/*.deb
    if { download mariadb-server-core libaio1 liburing2 || { update_lists && download mariadb-server-core libaio1 liburing2; }; }; then
        unpack
    else
        echo "MariaDB cannot be unpacked here; the tests of SQL steps on MariaDB are skipped" >&2
        touch "$into/no-mariadb"
    fi
}

# Likewise. The libraries are those that a minimal machine has not.
has_clickhouse() {
    [ -x "$into/usr/sbin/clickhouse-server" ] || [ -x /usr/sbin/clickhouse-server ] || [ -e "$into/no-clickhouse" ]
}

get_clickhouse() {
    has_clickhouse && return
    rm -f "$downloads"/*.deb
    poco="$(printf 'libpoco%s80 ' crypto data dataodbc foundation json mongodb net netssl util xml)"
    others="libboost-filesystem1.74.0 libboost-program-options1.74.0 libcapnp-0.9.2 libcctz2 libcpuinfo0 libdouble-conversion3
        libfarmhash0 libicu72 libjemalloc2 libltdl7 liblz4-1 libmariadb3 libmetrohash1 libodbc2 libpcre3 librdkafka1 libre2-9"
    # shellcheck disable=SC2086  # the names are ours, one word each
    if { download clickhouse-server clickhouse-common $poco $others ||
        { update_lists && download clickhouse-server clickhouse-common $poco $others; }; }; then
        unpack
    else
        echo "ClickHouse cannot be unpacked here; the tests of SQL steps on ClickHouse are skipped" >&2
        touch "$into/no-clickhouse"
    fi
}

# Steps over ssh are tested on OpenSSH's own server. It is started by the tests alone, on a port of theirs.
has_openssh() {
    command -v ssh >/dev/null && { [ -x "$into/usr/sbin/sshd" ] || [ -x /usr/sbin/sshd ] || [ -e "$into/no-sshd" ]; }
}

get_openssh() {
    has_openssh && return
    if ! command -v ssh >/dev/null && is_root; then
        echo "installing ssh, by which steps reach other machines" >&2
        apt install --yes --no-install-recommends openssh-client >"$log" 2>&1 </dev/null ||
            { update_lists && apt install --yes --no-install-recommends openssh-client >"$log" 2>&1 </dev/null; } || true
    fi
    command -v ssh >/dev/null ||
        echo "ssh is missing, so the tests of steps over ssh are skipped; apt-get install openssh-client (as root)" >&2
    rm -f "$downloads"/*.deb
    if { download openssh-server libwrap0 || { update_lists && download openssh-server libwrap0; }; }; then
        unpack
    else
        echo "OpenSSH's server cannot be unpacked here; steps over ssh are tested on one in Python alone" >&2
        touch "$into/no-sshd"
    fi
}

# Steps in pods are tested with the real kubectl, against a small server of the tests.
has_kubectl() { command -v kubectl >/dev/null || [ -x "$into/usr/bin/kubectl" ] || [ -e "$into/no-kubectl" ]; }

get_kubectl() {
    has_kubectl && return
    rm -f "$downloads"/*.deb
    if { download kubernetes-client || { update_lists && download kubernetes-client; }; }; then
        unpack
    else
        echo "kubectl cannot be unpacked here; the tests of steps in pods are skipped" >&2
        touch "$into/no-kubectl"
    fi
}

if [ -z "$missing" ] && command -v curl >/dev/null && has_mariadb && has_clickhouse && has_openssh && has_kubectl; then
    exit 0
fi

mkdir -p .tools
scratch="$(mktemp -d .tools/download.XXXXXX)"
trap 'rm -rf "$scratch"' EXIT
downloads="$PWD/$scratch"
log="$downloads/apt.log"
install_curl
if [ -z "$missing" ]; then
    mkdir -p "$into"
    get_mariadb
    get_clickhouse
    get_openssh
    get_kubectl
    exit 0
fi

by_hand="apt-get install prometheus prometheus-alertmanager prometheus-postgres-exporter (as root), or put the programs in a folder and set DRILLBOOK_SERVERS to it"
for tool in apt-get dpkg-deb; do
    command -v "$tool" >/dev/null || fail "missing$missing, and there is no $tool to get them with; on Debian or Ubuntu: $by_hand"
done
packages="$(for program in $missing; do echo "${package_of[$program]}"; done | sort -u)"
echo "getting" $packages "from Debian's packages into .tools/debian" >&2
# shellcheck disable=SC2086  # the names are ours, one word each
download $packages || { update_lists && download $packages; } ||
    fail "apt-get cannot download these packages: $(tail -1 "$log" | cut -c1-200); is there a network? else: $by_hand"
mkdir -p "$into"
unpack
for program in $missing; do
    has "$program" || fail "the package ${package_of[$program]} holds no $program; $by_hand"
    "$into/usr/bin/$program" --version >"$log" 2>&1 || fail "$program does not run here: $(tail -1 "$log" | cut -c1-200)"
done
get_mariadb
get_clickhouse
get_openssh
get_kubectl
echo "ready: $into/usr/bin" >&2
