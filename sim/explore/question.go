package explore

import (
	"strings"

	"interleave/sim/say"
)

// asked says in words what a query asks for, as a clause: "it ends with status
// 2". What is no query is given back as it is.
func asked(lang, query string, names map[string]string) string {
	kind, rest, _ := strings.Cut(query, " ")
	who := func(path string) string { return name(lang, names[path], path) }
	switch kind {
	case "output":
		return say.Text(lang, "explore.asked.output", "text", shortened(rest))
	case "prints":
		if strings.TrimSpace(rest) == "" {
			return say.Text(lang, "explore.asked.nothing")
		}
		return say.Text(lang, "explore.asked.prints", "text", shortened(strings.ReplaceAll(strings.TrimSpace(rest), "\n", " ↵ ")))
	case "reaches":
		return say.Text(lang, "explore.asked.reaches", "place", rest)
	case "before":
		if words := strings.Fields(rest); len(words) == 3 {
			return say.Text(lang, "explore.asked.before", "who", who(words[0]), "other", who(words[1]), "place", words[2])
		}
	case "value":
		variable, value, _ := strings.Cut(rest, " ")
		return say.Text(lang, "explore.asked.value", "variable", variable, "value", shortened(value))
	case "exit":
		return say.Text(lang, "explore.asked.exit", "status", rest)
	}
	return query
}
