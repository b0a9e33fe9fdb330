package cli_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed says what each package may import of this module. A package that is not named
// here does not belong here yet.
func allowed() map[string][]string {
	look := []string{"checklist", "targets", "targets/text", "engine/release", "engine/plan", "engine/guard", "engine/tick"}
	screen := append(slices.Clone(look), "ui/keys", "ui/theme", "ui/chart", "ui/layout", "ui/pane", "ui/uitest", "ui/stage", "ui/preflight", "ui/watch", "ui/debrief", "ui/field", "ui/program", "ui/help")
	return map[string][]string{
		"":                                 {"ui/cli"},
		"checklist":                        {"targets/text"},
		"recordings":                       {"targets/text"},
		"targets":                          {"targets/text"},
		"targets/text":                     {},
		"targets/targettest":               {"targets", "targets/text", "targets/fake", "targets/inproc"},
		"targets/inproc":                   {"targets", "targets/text"},
		"targets/fake":                     {"targets", "targets/text", "targets/inproc", "targets/targettest"},
		"targets/demo":                     {"targets", "targets/text", "targets/inproc", "targets/targettest"},
		"targets/remote":                   {"targets", "targets/text", "targets/remote/remotetest", "targets/remote/sshtest"},
		"targets/remote/sshtest":           {"targets/compose/enginetest"},
		"targets/router":                   {"targets", "targets/text"},
		"targets/router/haproxy":           {"targets", "targets/text", "targets/router", "targets/remote", "targets/remote/remotetest"},
		"targets/compose":                  {"checklist", "targets", "targets/text", "targets/remote", "targets/router", "targets/router/haproxy", "targets/targettest", "targets/compose/composetest", "targets/compose/enginetest"},
		"targets/compose/composetest":      {"checklist", "targets", "targets/text", "targets/remote", "targets/compose", "targets/router/haproxy"},
		"targets/compose/composetest/app":  {},
		"targets/compose/enginetest":       {"targets/remote", "targets/compose/composetest"},
		"targets/remote/remotetest":        {"targets", "targets/text", "targets/remote"},
		"targets/remote/remotetest/server": {},
		"ui/debrief":                       screen,
		"ui/cli/flights":                   {"*"},
		"engine/tick":                      {"targets", "targets/text"},
		"engine/guard":                     {"targets", "targets/text", "engine/tick"},
		"engine/signals":                   {"targets", "targets/text", "engine/tick"},
		"engine/plan":                      {"checklist", "targets", "targets/text"},
		"engine/release":                   {"checklist", "targets", "targets/text", "engine/plan", "engine/guard", "engine/tick"},
		"engine/checks":                    {"checklist", "targets/text"},
		"engine":                           {"checklist", "recordings", "targets", "targets/text", "targets/fake", "targets/inproc", "engine/release", "engine/plan", "engine/guard", "engine/tick", "engine/signals", "engine/checks"},
		"ui/keys":                          {},
		"ui/theme":                         {},
		"ui/chart":                         screen,
		"ui/layout":                        screen,
		"ui/pane":                          screen,
		"ui/field":                         screen,
		"ui/stage":                         screen,
		"ui/preflight":                     screen,
		"ui/watch":                         screen,
		"ui/uitest":                        screen,
		"ui/help":                          {"ui/keys", "ui/layout", "ui/pane", "ui/theme"},
		"ui/program":                       {"engine/release", "ui/theme"},
		"ui":                               append(slices.Clone(screen), "engine", "engine/checks", "targets/fake"), // the last three: tests
		"ui/plain":                         append(slices.Clone(look), "ui/uitest"),
		"ui/replay":                        {"recordings", "engine/release", "targets", "targets/text", "ui/uitest", "ui/replay/replaytest"},
		"ui/player":                        append(slices.Clone(screen), "ui/replay", "ui/replay/replaytest", "recordings", "engine", "engine/checks", "targets/fake"), // the last four: tests
		"ui/replay/replaytest":             {"recordings", "engine/release"},
		"ui/cli":                           {"*"},
	}
}

// doors says which packages may import a family of third-party modules.
func doors() map[string][]string {
	return map[string][]string{
		"charm.land/":                {"ui"},
		"github.com/charmbracelet/":  {"ui"},
		"github.com/spf13/cobra":     {"ui/cli"},
		"github.com/docker/":         {"targets"},
		"github.com/compose-spec/":   {"targets"},
		"github.com/containerd/":     {"targets"},
		"github.com/distribution/":   {"targets"},
		"github.com/opencontainers/": {"targets"},
		"github.com/goccy/go-yaml":   {"checklist", "targets/compose"}, // compose: positions in the team's file
		"github.com/prometheus/":     {"engine/signals"},
	}
}

// pure packages know no clock, no randomness, no file and no network.
func pure() []string {
	return []string{"checklist", "targets/text", "engine/tick", "engine/guard", "engine/plan", "engine/release"}
}

type source struct {
	pkg  string // folder, "" for main
	path string
	test bool // a test, or part of a rig that only tests use
	file *ast.File
}

func sources(t *testing.T) (*token.FileSet, []source) {
	t.Helper()
	root := filepath.Join("..", "..")
	set := token.NewFileSet()
	var all []source
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(strings.TrimPrefix(p, root), string(filepath.Separator)))
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && rel != "" || d.Name() == "testdata" || rel == "examples") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		f, err := parser.ParseFile(set, p, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		pkg := path.Dir(rel)
		if pkg == "." {
			pkg = ""
		}
		rig := strings.HasSuffix(path.Base(pkg), "test") || f.Name.Name == "main" && pkg != ""
		all = append(all, source{pkg, rel, rig || strings.HasSuffix(p, "_test.go"), f})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return set, all
}

func imports(f *ast.File) []string {
	var out []string
	for _, spec := range f.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		out = append(out, p)
	}
	return out
}

func TestArchitecturePackagesImportOnlyWhatTheTableSays(t *testing.T) {
	_, all := sources(t)
	table := allowed()
	for _, s := range all {
		may, known := table[s.pkg]
		if !known {
			t.Errorf("%s: package %q is not in the table", s.path, s.pkg)
			continue
		}
		for _, p := range imports(s.file) {
			own, isOwn := strings.CutPrefix(p, "goaround/")
			if isOwn && own != s.pkg && !slices.Contains(may, own) && !slices.Contains(may, "*") {
				t.Errorf("%s: %q must not import %q", s.path, s.pkg, own)
			}
		}
	}
}

func TestArchitectureThirdPartiesComeInByTheirDoor(t *testing.T) {
	_, all := sources(t)
	for _, s := range all {
		if s.test {
			continue
		}
		for _, p := range imports(s.file) {
			for prefix, doors := range doors() {
				if strings.HasPrefix(p, prefix) && !slices.ContainsFunc(doors, func(d string) bool { return s.pkg == d || strings.HasPrefix(s.pkg, d+"/") }) {
					t.Errorf("%s: only %v may import %s", s.path, doors, p)
				}
			}
		}
	}
}

func TestArchitecturePurePackagesAreFunctionsOfTheirInput(t *testing.T) {
	_, all := sources(t)
	banned := []string{"os", "net", "net/http", "math/rand", "math/rand/v2", "crypto/rand", "syscall", "os/exec"}
	clocks := []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick"}
	for _, s := range all {
		if s.test || !slices.Contains(pure(), s.pkg) {
			continue
		}
		for _, p := range imports(s.file) {
			if slices.Contains(banned, p) {
				t.Errorf("%s: a pure package must not import %s", s.path, p)
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(clocks, sel.Sel.Name) {
					t.Errorf("%s: a pure package must not ask the clock: time.%s", s.path, sel.Sel.Name)
				}
			}
			return true
		})
	}
}

func TestArchitectureNobodyExitsPanicsOrMakesUpAContext(t *testing.T) {
	set, all := sources(t)
	for _, s := range all {
		if s.test || s.pkg == "" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if name := called(call); slices.Contains([]string{"panic", "os.Exit", "log.Fatal", "log.Fatalf", "context.Background", "context.TODO"}, name) {
				t.Errorf("%s: %s outside main", set.Position(call.Pos()), name)
			}
			return true
		})
	}
}

func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name + "." + f.Sel.Name
		}
	}
	return ""
}

func TestArchitectureEveryPackageHasOneDocCommentAndEveryExportedNameASentence(t *testing.T) {
	set, all := sources(t)
	docs := map[string]int{}
	for _, s := range all {
		if s.test {
			continue
		}
		docs[s.pkg] += 0
		if s.file.Doc != nil {
			docs[s.pkg]++
		}
		for _, d := range s.file.Decls {
			for _, name := range undocumented(d) {
				t.Errorf("%s: %s has no doc comment", set.Position(d.Pos()), name)
			}
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(docs)) {
		if docs[pkg] != 1 {
			t.Errorf("package %q has %d doc comments, want 1", pkg, docs[pkg])
		}
	}
}

// undocumented are the exported names of a declaration that no comment speaks of. A
// comment on a group of constants speaks of all of them.
func undocumented(d ast.Decl) []string {
	var out []string
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
			out = append(out, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Name.IsExported() && d.Doc == nil && spec.Doc == nil {
					out = append(out, spec.Name.Name)
				}
			case *ast.ValueSpec:
				if spec.Names[0].IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
					out = append(out, spec.Names[0].Name)
				}
			}
		}
	}
	return out
}

// exportedReceiver is false for the methods that satisfy a known interface by name
// alone, of which a sentence would say nothing.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	obvious := []string{"Error", "Unwrap", "Kind", "Len", "Less", "Swap"}
	t := d.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	id, ok := t.(*ast.Ident)
	return ok && id.IsExported() && !slices.Contains(obvious, d.Name.Name)
}

func TestArchitectureFilesAndFunctionsStaySmall(t *testing.T) {
	set, all := sources(t)
	for _, s := range all {
		if s.test {
			continue
		}
		if lines := set.Position(s.file.End()).Line; lines > 420 {
			t.Errorf("%s: %d lines, at most 420", s.path, lines)
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				if n := set.Position(f.End()).Line - set.Position(f.Pos()).Line; n > 62 {
					t.Errorf("%s: %s has %d lines, at most 60", s.path, f.Name.Name, n)
				}
			}
		}
	}
}

func TestArchitectureNoPackageIsADrawer(t *testing.T) {
	_, all := sources(t)
	for _, s := range all {
		for _, name := range []string{"util", "utils", "common", "types", "helpers", "models"} {
			if slices.Contains(strings.Split(s.pkg, "/"), name) {
				t.Errorf("%s: no package is called %s", s.path, name)
			}
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "init" && f.Recv == nil {
				t.Errorf("%s: init() runs before anybody asked for it", s.path)
			}
		}
	}
}

func TestArchitectureChainsOfImportsAreShort(t *testing.T) {
	_, all := sources(t)
	edges := map[string][]string{}
	for _, s := range all {
		if s.test {
			continue
		}
		for _, p := range imports(s.file) {
			if own, ok := strings.CutPrefix(p, "goaround/"); ok {
				edges[s.pkg] = append(edges[s.pkg], own)
			}
		}
	}
	var depth func(pkg string) (int, string)
	depth = func(pkg string) (int, string) {
		longest, chain := 0, ""
		for _, next := range edges[pkg] {
			if n, c := depth(next); n > longest {
				longest, chain = n, c
			}
		}
		return longest + 1, fmt.Sprintf("%s > %s", pkg, chain)
	}
	if n, chain := depth(""); n > 10 {
		t.Errorf("chain of %d packages, at most 10 with main: %s", n, chain)
	}
}
