#!/bin/sh
# Runs a command where it owns the smart-card service and the network, and sees nothing of
# what this machine's administrator set up for browsers and for Tessera:
#
#     tests/isolated.sh cargo test --release --package end-to-end
#
# All processes the command leaves behind end with it; a display named by DISPLAY stays
# reachable. Where namespaces are not allowed (an ordinary user, most containers) the command
# runs in place: the suite then starts a pcscd of its own beside the machine's.
set -eu

if [ "${1-}" != --inside ]; then
    if [ "$(id -u)" != 0 ] || ! unshare --mount --net true 2>/dev/null; then
        if [ -e /etc/tessera/policy.toml ]; then
            echo 'isolated.sh: /etc/tessera/policy.toml would decide instead of the tests' >&2
            exit 2
        fi
        exec "$@"
    fi
    namespaces='--mount --net --pid --fork --kill-child --mount-proc'
    if ! unshare $namespaces true 2>/dev/null; then
        namespaces='--mount --net'
    fi
    exec unshare $namespaces -- "$0" --inside "$@"
fi
shift

ip link set lo up

# A /run of our own for pcscd's socket. The persons' part of it stays: displays keep their
# keys there.
stage=$(mktemp -d)
mount -t tmpfs -o mode=0755 tmpfs "$stage"
mkdir "$stage/pcscd"
if [ -d /run/user ]; then
    mkdir "$stage/user"
    mount --rbind /run/user "$stage/user"
fi
mount --rbind "$stage" /run
umount --lazy --recursive "$stage"
rmdir "$stage"

# What an administrator set up, and the readers plugged into this machine.
for folder in /etc/tessera /etc/chromium /etc/opt/chrome \
    /usr/lib/mozilla/native-messaging-hosts /usr/lib/pcsc/drivers/*.bundle; do
    if [ -d "$folder" ]; then
        mount -t tmpfs tmpfs "$folder"
    fi
done

# No exec: as the first process this shell also collects orphans.
"$@"
