//go:build !soak

package engine_test

import "time"

// stride is how many appends apart a session is killed in the courses that are long.
const stride = 10

// longWatch is how long a session is watched for what it holds.
const longWatch = 2 * time.Hour
