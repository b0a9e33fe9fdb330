//go:build soak

package compose_test

const pairs = 1000 // of starts at the same moment
