package grade

import "interleave/labs"

// Text is a report for people at a terminal.
func Text(lab *labs.Lab, report Report) string { return table(lab, report) }

// Version names the state of a lab's exercise and of how it is judged: it is
// what verdicts have as their [Versions.Lab].
func Version(lab *labs.Lab) string { return labHash(lab) }
