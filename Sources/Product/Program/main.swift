import Cluster
import Glibc

exit(Program.run(Launcher.arguments))
