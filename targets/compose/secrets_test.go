package compose_test

import (
	"strings"
	"testing"

	"goaround/checklist"
	"goaround/targets/compose"
)

func TestTheDoorKnowsTheSecretsOfTheComposeFiles(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir+"/web.env", "SESSION_SEED=a1b2c3d4e5f6\nAPP_ENV=production\nMAIL_HOST=mail.example.com:587\n")
	writeFile(t, dir+"/.env", "DB_PASSWORD=pw-from-dotenv\n")
	writeFile(t, dir+"/key.txt", "contents-of-the-key\n")
	writeFile(t, dir+"/compose.yaml", `name: shop
services:
  web:
    image: shop:1
    command: [serve, --password, "${DB_PASSWORD}"]
    env_file: web.env
    environment:
      DATABASE_URL: postgres://shop:pw-in-the-url@db/shop
      STRIPE_KEY: not-from-a-file
      TZ: Europe/Vienna
      DB_PASSWORD_FILE: /run/secrets/password
    secrets: [key]
  db:
    image: postgres:15
    environment: {POSTGRES_PASSWORD: pw-of-the-database}
secrets:
  key: {file: key.txt}
`)
	target, err := compose.Open(t.Context(), compose.Config{File: &checklist.File{App: "shop"}, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	for secret, name := range map[string]string{
		"a1b2c3d4e5f6":        "SESSION_SEED",
		"pw-from-dotenv":      "DB_PASSWORD",
		"pw-in-the-url":       "DATABASE_URL",
		"not-from-a-file":     "STRIPE_KEY",
		"contents-of-the-key": "key",
		"pw-of-the-database":  "POSTGRES_PASSWORD",
	} {
		got := target.Door().Line("say " + secret + " aloud").String()
		if strings.Contains(got, secret) || !strings.Contains(got, name) {
			t.Errorf("%s: %s", name, got)
		}
	}
	for _, word := range []string{"production", "mail.example.com:587", "Europe/Vienna", "/run/secrets/password"} {
		if got := target.Door().Line(word).String(); got != word {
			t.Errorf("%s is taken for a secret: %s", word, got)
		}
	}
}
