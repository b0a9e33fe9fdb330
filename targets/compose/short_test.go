//go:build !soak

package compose_test

const pairs = 40 // of starts at the same moment
