package remote

import "syscall"

// withUs has a process end when this one does, even if this one is killed.
func withUs(attr *syscall.SysProcAttr) *syscall.SysProcAttr {
	attr.Pdeathsig = syscall.SIGTERM
	return attr
}
