package main

import (
	"crypto/rand"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// postgres starts a PostgreSQL of the test's own and returns how to connect to it.
func postgres(t *testing.T) (conn string) {
	t.Helper()
	for _, needs := range [][]string{{"version"}, {"image", "inspect", "postgres:15"}} {
		if out, err := exec.Command("docker", needs...).CombinedOutput(); err != nil {
			without(t, "docker "+strings.Join(needs, " ")+": "+string(out))
		}
	}
	name := "shop-test-" + strings.ToLower(rand.Text())
	t.Cleanup(func() { exec.Command("docker", "rm", "--force", "--volumes", name).Run() })
	docker(t, "run", "--detach", "--name", name, "--publish", "127.0.0.1::5432",
		"--env", "POSTGRES_USER=shop", "--env", "POSTGRES_PASSWORD=test", "--env", "POSTGRES_DB=shop", "postgres:15")
	return "postgres://shop:test@" + docker(t, "port", name, "5432/tcp") + "/shop"
}

func docker(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("docker", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("docker %s: %v: %s", args[0], err, out)
	}
	return strings.TrimSpace(string(out))
}

// without skips the test for want of an engine, or fails it where there must be one.
func without(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}
