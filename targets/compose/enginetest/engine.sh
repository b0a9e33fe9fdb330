# The first process of an engine's namespaces. It starts, kills and stops dockerd as its
# input says, answers each line when that is done, and reaps what is left over. When its
# input ends, so does it, and the kernel ends all others with it.
mount --make-rprivate / || exit
mount -t proc proc /proc || exit
mapfile -t mounts < /proc/mounts
for line in "${mounts[@]}"; do
  read -r _ at kind _ <<< "$line"
  case $kind in
  overlay | fuse.fuse-overlayfs | nsfs) [ "$at" = / ] || umount -l "$at" ;;
  esac
done
mount -t tmpfs tmpfs /run || exit
ip link set lo up || exit
echo '{}' > "$DIR/daemon.json"
echo ready
while read -r command args; do
  case $command in
  connect)
    ip addr add "$args" dev eth0 && ip link set eth0 up || exit
    ;;
  start)
    rm -f /run/docker.pid
    # shellcheck disable=SC2086
    dockerd --config-file "$DIR/daemon.json" --host "unix://$DIR/docker.sock" --host unix:///run/docker.sock --data-root "$DIR/data" \
      --cgroup-parent "/$NAME" --exec-opt native.cgroupdriver=cgroupfs --dns 127.0.0.1 $args < /dev/null >> "$DIR/log" 2>&1 &
    dockerd=$!
    ;;
  kill)
    kill -KILL "$dockerd"
    wait "$dockerd"
    ;;
  stop)
    kill -TERM "$dockerd"
    wait "$dockerd"
    ;;
  run)
    bash -c "$args" < /dev/null >> "$DIR/log" 2>&1 || command=failed
    ;;
  esac
  echo "$command"
done
