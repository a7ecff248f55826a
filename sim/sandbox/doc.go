// Package sandbox starts processes that may be hostile: learners' programs, and
// the compiler on learners' sources.
//
// A [Box] knows which layers of isolation hold on this machine, because a child
// process has tried to break each. A [Spec] names a program and everything that
// it gets; what is not named does not exist for it. A [Result] says how it
// ended, and which limit ended it.
//
// # Threat model
//
// The attacker writes the program and all that it reads. He wants the host's
// files, secrets and network, other learners' processes, more than his share
// of the machine, or to outlive his run. The kernel, the C library, the Go
// toolchain and the caller are trusted, and so is whatever the caller names in
// a Spec: a directory that is writable to two programs is a channel between
// them, and a socket or a terminal handed on as a descriptor is what it is.
//
// With every layer on, an attack has to get past two or three of them, or past
// the kernel behind an allow-list of its calls. What is lost when one layer is
// missing is in the tests, attack by attack:
//
//   - Without seccomp, the kernel can be attacked through all of its calls; a
//     user namespace, a keyring, userfaultfd and performance counters are there,
//     and files in memory that only the limit on memory counts. A program that
//     may start no process can.
//   - Without rlimits, a program may open as many files, write a file as big
//     and compute for as long as the other limits let it.
//   - Without cgroups, memory is looked at every 50 ms: who is quick takes more
//     than the limit for that long. A process that left its parent is then
//     counted only with a pid namespace, and processes are counted only with
//     rlimits and a user namespace.
//   - Without any other single layer, nothing that the tests try succeeds.
//
// What remains possible with every layer on:
//
//   - A hole in the kernel, in one of the calls that the filter lets through.
//   - Knowing the machine by its timing: which processor, how busy, and by the
//     caches some of what its neighbours do. Nothing here is built against that.
//   - Using up the processor for the time of the limits, CPU for each process;
//     the queue in front has to be fair. CPU time of a tree is only bounded by
//     Limits.Wall times the cores. Neither disk nor memory bandwidth is limited.
//   - Where there is no control group, memory that the kernel holds for the
//     program, such as full pipes, which Limits.Files bounds at 64 KiB each.
//   - A program that is the same user as the caller, who is not root, is kept
//     from the caller's files and processes by namespaces, Landlock and the
//     filter alone. The caller's supplementary groups remain with it.
//   - With layers off because the machine has none, all that they would have
//     prevented. [Box.Layers] says which. Where not all of those are on that
//     [Box.Isolated] asks for, only the machine's own user should be served.
//
// # Decisions
//
// The first process in the namespaces is the program itself, not an init that
// starts it: when it ends, the kernel kills the rest, and nothing of ours is in
// there to be attacked. The price is that a signal whose default is to kill is
// ignored when the program sends it to itself, as to every first process;
// SIGKILL from outside, faults and limits end it as ever, and Go's runtime exits
// where raising a signal did not help. What a program leaves unreaped stays a
// zombie until it ends.
//
// A program is made by a plan that this process writes and package enter, in
// the child, carries out without a thought: all policy is here, and what runs
// between clone and exec can be read in one sitting. It takes about 2 ms to be
// there, 1 ms for the root, and less for all else; namespaces and control
// groups take the rest of about 10 ms, which BenchmarkIsolation shows.
//
// The filter allows. A list of what is forbidden ages with every kernel, a list
// of what Go needs ages with every Go, and the second one fails in a test and
// not in silence. The race detector asks for a personality where addresses are
// too random for its shadow memory: that one value is allowed. It reads /proc
// when it starts, which is there where the layers root and pid are.
//
// Memory is limited for the tree and where it is resident. RLIMIT_AS does not
// fit the address space that Go reserves, and RLIMIT_DATA does not fit the race
// detector, so Limits.Data is a limit of its own for those whom it fits.
//
// If the caller is root, the program is nobody on the host, so that nothing
// which belongs to root is its own; what it is to read or write has to be
// readable or lent, see [Box.Lend]. Numbers that an ordinary user may not map
// are not taken: there the program is the caller's user, inside a namespace.
//
// The toolchain gets its cache read-only. It goes on where it cannot write to
// it, and an overlay would have to be written to by another user than its owner.
package sandbox
