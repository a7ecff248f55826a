module enter

go 1.26.0
