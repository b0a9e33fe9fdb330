//go:build soak

package engine_test

const stride = 1
