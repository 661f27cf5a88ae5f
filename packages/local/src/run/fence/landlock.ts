/**
 * Gives up writing for good, but below the given paths, and becomes a command. In Perl, which nearly every Linux with Git
 * has: it can make system calls, and Node cannot.
 *
 * The numbers are the kernel's. Before its third version Landlock lets files be cut short.
 */
const SCRIPT = `
use strict; use warnings; use POSIX ();
sub refuse { print STDERR "landlock: $_[0]\\n"; exit 125 }
my %prctl = (x86_64 => 157, aarch64 => 167, riscv64 => 167, loongarch64 => 167, ppc64le => 171, s390x => 172);
my $prctl = $prctl{(POSIX::uname())[4]} or refuse("not known on this processor");
my $version = syscall(444, 0, 0, 1);
refuse("this kernel has none, or too old a one") if $version < 3;
my ($write, $cut, $all) = (0x2, 0x4000, 0x7ff2);
my $attributes = pack('Q', $all);
my $rules = syscall(444, $attributes, 8, 0);
refuse("no rules: $!") if $rules < 0;
while (defined(my $path = shift @ARGV)) {
  last if $path eq '--';
  next unless -e $path;
  sysopen(my $file, $path, 0x200000) or refuse("$path: $!");
  my $rule = pack('Ql', -d $path ? $all : $write | $cut, fileno($file));
  refuse("$path: $!") if syscall(445, $rules, 1, $rule, 0) != 0;
}
refuse("rights cannot be given up: $!") if syscall($prctl, 38, 1, 0, 0, 0) != 0;
refuse("not in force: $!") if syscall(446, $rules, 0) != 0;
exec { $ARGV[0] } @ARGV or refuse("$ARGV[0]: $!");
`;

/** Words that run a command which can write below some paths only, devices among them. */
export function landlockWords(perl: string, paths: readonly string[]): readonly string[] {
  return [perl, '-e', SCRIPT, '/dev', ...paths, '--'];
}
