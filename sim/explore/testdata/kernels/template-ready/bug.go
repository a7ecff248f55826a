// Compiles templates in the background. A request waits until its template is
// ready and then looks it up.
package main

import (
	"fmt"
	"sync"
)

type templates struct {
	compiled sync.Map // name → text
	ready    map[string]chan struct{}
}

func (t *templates) compile(name, source string) {
	code := "<p>" + source + "</p>"
	close(t.ready[name])
	t.compiled.Store(name, code)
}

func (t *templates) render(name string) string {
	<-t.ready[name]
	code, ok := t.compiled.Load(name)
	if !ok {
		panic("template " + name + " is ready and was not found")
	}
	return code.(string)
}

func main() {
	t := &templates{ready: map[string]chan struct{}{
		"home":  make(chan struct{}),
		"about": make(chan struct{}),
	}}
	var compilers sync.WaitGroup
	for _, name := range []string{"home", "about"} {
		compilers.Go(func() { t.compile(name, "the page "+name) })
	}
	fmt.Println(t.render("home"))
	fmt.Println(t.render("about"))
	compilers.Wait()
}
