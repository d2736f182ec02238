import Glibc

setvbuf(stdout, nil, _IOLBF, 0)
let exitCode = Program.run(Array(CommandLine.arguments.dropFirst()))
fflush(stdout)
exit(exitCode)
