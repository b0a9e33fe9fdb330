package enginetest

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Slow has each packet that leaves the engine's network wait, and loses some of them: one
// of 20 for a loss of 0.05. It does by NFQUEUE what netem does, which not every kernel has.
func (e *Engine) Slow(t testing.TB, delay time.Duration, loss float64) {
	t.Helper()
	q, err := e.queue()
	if err != nil {
		t.Fatalf("slow the engine's link: %v", err)
	}
	var held sync.WaitGroup
	held.Go(func() { q.hold(t.Context(), delay, loss) })
	t.Cleanup(held.Wait)
	for _, chain := range []string{"OUTPUT", "FORWARD"} {
		e.Run(t, fmt.Sprintf("iptables -w -I %s -o eth0 -j NFQUEUE --queue-num %d --queue-bypass", chain, queueNumber))
	}
}

// Of linux/netfilter/nfnetlink_queue.h.
const (
	queueNumber = 7

	queuePacket  = unix.NFNL_SUBSYS_QUEUE<<8 | 0
	queueVerdict = unix.NFNL_SUBSYS_QUEUE<<8 | 1
	queueConfig  = unix.NFNL_SUBSYS_QUEUE<<8 | 2

	configCommand, configCopy, configRoom = 1, 2, 3
	packetHeader, packetVerdict           = 1, 2
	commandBind, copyMeta                 = 1, 1
	drop, accept                          = 0, 1
)

// queue is where the kernel asks what is to become of each packet.
type queue struct {
	mu sync.Mutex // of sending, and of closing
	fd int        // -1: closed
}

// queue opens one in the engine's network: a socket stays in the one that it was made in.
func (e *Engine) queue() (q *queue, err error) {
	opened := make(chan struct{})
	go func() {
		defer close(opened)
		runtime.LockOSThread() // for good: the thread ends with the function, and is in no other network
		var ns int
		if ns, err = unix.Open(fmt.Sprintf("/proc/%d/ns/net", e.first.Process.Pid), unix.O_RDONLY|unix.O_CLOEXEC, 0); err != nil {
			return
		}
		defer unix.Close(ns)
		if err = unix.Setns(ns, unix.CLONE_NEWNET); err != nil {
			return
		}
		var fd int
		if fd, err = unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_NETFILTER); err == nil {
			q = &queue{fd: fd}
		}
	}()
	<-opened
	if err != nil {
		return nil, err
	}
	for _, set := range []error{
		unix.Bind(q.fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}),
		unix.SetsockoptTimeval(q.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 200_000}),
		q.send(queueConfig, attribute(configCommand, []byte{commandBind, 0, 0, 0})),
		q.send(queueConfig, attribute(configCopy, []byte{0, 0, 0, 0, copyMeta}), attribute(configRoom, []byte{0, 0, 0xff, 0xff})),
	} {
		if set != nil {
			q.close()
			return nil, set
		}
	}
	return q, nil
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	unix.Close(q.fd)
	q.fd = -1
}

// hold lets each packet go after delay, or loses it, until ctx ends; it closes the queue.
func (q *queue) hold(ctx context.Context, delay time.Duration, loss float64) {
	defer q.close()
	buf := make([]byte, 1<<16)
	for ctx.Err() == nil {
		n, _, err := unix.Recvfrom(q.fd, buf, 0)
		if err != nil {
			continue
		}
		for _, id := range packets(buf[:n]) {
			verdict := uint32(accept)
			if rand.Float64() < loss {
				verdict = drop
			}
			time.AfterFunc(delay, func() {
				_ = q.send(queueVerdict, attribute(packetVerdict, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, verdict), id)))
			})
		}
	}
}

// packets are those that messages of the kernel ask about.
func packets(b []byte) (ids []uint32) {
	const headers = unix.SizeofNlMsghdr + 4
	for len(b) >= headers {
		size := int(binary.NativeEndian.Uint32(b))
		if size < headers || size > len(b) {
			return ids
		}
		if binary.NativeEndian.Uint16(b[4:]) == queuePacket {
			for a := b[headers:size]; len(a) >= 8; {
				length := int(binary.NativeEndian.Uint16(a))
				if binary.NativeEndian.Uint16(a[2:])&0x3fff == packetHeader {
					ids = append(ids, binary.BigEndian.Uint32(a[4:]))
				}
				a = a[min(max(4, aligned(length)), len(a)):]
			}
		}
		b = b[min(aligned(size), len(b)):]
	}
	return ids
}

// send sends a message about the queue.
func (q *queue) send(kind uint16, attributes ...[]byte) error {
	b := make([]byte, unix.SizeofNlMsghdr, 64)
	b = binary.BigEndian.AppendUint16(append(b, 0, 0), queueNumber)
	for _, a := range attributes {
		b = append(b, a...)
	}
	binary.NativeEndian.PutUint32(b, uint32(len(b)))
	binary.NativeEndian.PutUint16(b[4:], kind)
	binary.NativeEndian.PutUint16(b[6:], unix.NLM_F_REQUEST)
	q.mu.Lock()
	defer q.mu.Unlock()
	return unix.Sendto(q.fd, b, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK})
}

func attribute(kind uint16, data []byte) []byte {
	b := binary.NativeEndian.AppendUint16(nil, uint16(4+len(data)))
	b = append(binary.NativeEndian.AppendUint16(b, kind), data...)
	return append(b, make([]byte, aligned(len(b))-len(b))...)
}

func aligned(n int) int { return (n + 3) &^ 3 }
