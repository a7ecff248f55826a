package grade

import "interleave/labs"

// Text is a report for people at a terminal.
func Text(lab *labs.Lab, report Report) string { return table(lab, report) }

