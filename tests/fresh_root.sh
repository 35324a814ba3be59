#!/bin/sh
# Runs a command in a root of its own, as the administrator: this machine's files are there, and
# what the command changes of them is kept apart, in memory, and gone when it ends.
#
#     tests/fresh_root.sh PROGRAM [ARGUMENT…]
#
# Inside, what was changed is to be seen in /run/tessera-root/changes, and how it was before in
# /run/tessera-root/before. Needs namespaces and overlays, so a root whom they are not denied.
set -eu

if [ "${1-}" != --inside ]; then
    exec unshare --mount -- "$0" --inside "$@"
fi
shift

stage=/run/tessera-root
mkdir -p "$stage"
mount -t tmpfs tmpfs "$stage"
mkdir "$stage/before" "$stage/layer" "$stage/root"
mount --bind / "$stage/before"
mount -t tmpfs tmpfs "$stage/layer"
mkdir "$stage/layer/changes" "$stage/layer/work" "$stage/changes"
mount -t overlay overlay \
    -o "lowerdir=$stage/before,upperdir=$stage/layer/changes,workdir=$stage/layer/work" \
    "$stage/root"
mount --bind "$stage/layer/changes" "$stage/changes"
for folder in proc sys dev run tmp; do
    mount --rbind "/$folder" "$stage/root/$folder"
done
here=$PWD
exec chroot "$stage/root" sh -c 'cd "$1"; shift; exec "$@"' sh "$here" "$@"
