package rewrite

import (
	"slices"
	"strings"
)

// lent are the names of packages that reach files of the machine which do
// not: programs from elsewhere may use these and no others. Methods need no
// list, because every way to a file begins with a function or a variable here.
var lent = map[string][]string{
	"os": strings.Fields(`
		Args Environ ErrClosed ErrDeadlineExceeded ErrExist ErrInvalid ErrNoDeadline ErrNotExist ErrPermission ErrProcessDone
		Exit Expand ExpandEnv File FileInfo FileMode FindProcess Getenv Getpid Getppid Hostname Interrupt IsExist IsNotExist
		IsPermission IsTimeout Kill LinkError LookupEnv ModePerm O_APPEND O_CREATE O_EXCL O_RDONLY O_RDWR O_TRUNC O_WRONLY
		PathError PathSeparator Process Process.Kill Process.Release Process.Signal Setenv Signal Stderr Stdin Stdout SyscallError Unsetenv`),
	"io/ioutil":     {"Discard", "NopCloser", "ReadAll"},
	"path/filepath": {"Base", "Clean", "Dir", "Ext", "FromSlash", "IsAbs", "IsLocal", "Join", "ListSeparator", "Match", "Rel", "Separator", "Split", "SplitList", "ToSlash", "VolumeName", "WalkFunc", "SkipDir", "SkipAll"},
}

// fileReaders read files in packages that otherwise do not.
var fileReaders = map[string][]string{
	"text/template": {"ParseFiles", "ParseGlob", "Template.ParseFiles", "Template.ParseGlob"},
	"go/parser":     {"ParseDir", "ParseFile"},
	"html/template": {"ParseFiles", "ParseGlob", "Template.ParseFiles", "Template.ParseGlob"},
}

// reachesFiles reports whether a name of a package gets at files of the
// machine. name is that of a function, variable or type, or Type.Method.
func reachesFiles(path, name string) bool {
	allowed, limited := lent[path]
	if !limited {
		return slices.Contains(fileReaders[path], name)
	}
	return !strings.Contains(name, ".") && !slices.Contains(allowed, name)
}
