# SPDX-License-Identifier: Apache-2.0
# Completion of cbcc for bash. Options, bundled programs and probes are those that the command itself tells of.

_cbcc_options()
{
	"$1" --help 2>/dev/null | grep -oE -- '(^|[ ,])--?[[:alpha:]][[:alpha:]-]*' | tr -d ' ,' | sort -u
}

_cbcc_programs()
{
	"$1" --programs 2>/dev/null | cut -d ' ' -f 1
}

# _cbcc_probes COMMAND KIND WORD: what the kernel has, without the kind.
_cbcc_probes()
{
	"$1" -l "$2:$3*" 2>/dev/null | sed "s/^$2://" | head -n 500
}

_cbcc_files()
{
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen -d -- "$cur"; for end in "$@"; do compgen -f -X "!*$end" -- "$cur"; done)
}

_cbcc()
{
	local command=$1 cur=${COMP_LINE:0:COMP_POINT} previous='' word
	# The line's own words: COMP_WORDS are divided at ":" and "=", too.
	local -a words
	read -r -a words <<<"$cur"
	if [[ $cur == *[[:space:]] ]]; then
		words+=('')
	fi
	cur=${words[-1]}
	((${#words[@]} > 1)) && previous=${words[-2]}
	COMPREPLY=()

	case $previous in
	-k | --kprobe | -r | --kretprobe) mapfile -t COMPREPLY < <(compgen -W "$(_cbcc_probes "$command" kprobe "$cur")" -- "$cur") ;;
	-t | --tracepoint) mapfile -t COMPREPLY < <(compgen -W "$(_cbcc_probes "$command" tracepoint "$cur")" -- "$cur") ;;
	--raw-tracepoint) mapfile -t COMPREPLY < <(compgen -W "$(_cbcc_probes "$command" rawtracepoint "$cur")" -- "$cur") ;;
	-p | --pid) mapfile -t COMPREPLY < <(compgen -W "$(cd /proc && echo [0-9]*)" -- "$cur") ;;
	--xdp | --tc) mapfile -t COMPREPLY < <(compgen -W "$(cd /sys/class/net && echo *)" -- "$cur") ;;
	--color | --colour) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur") ;;
	-o | --output) _cbcc_files '' ;;
	-u | --uprobe | --uretprobe | --usdt | --include | --cgroup) _cbcc_files '' ;;
	--svg) _cbcc_files .svg ;;
	-I | --cache) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
	-c | --command | -d | --duration | -e | --text | -i | --interval | -n | --count | -a | --attach | -D | -U | -W | \
		--print | --top | --buffer | --perf-event | --iter | -l | --list) ;;
	build) _cbcc_files .c ;;
	*)
		if [[ $cur == -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$(_cbcc_options "$command")" -- "$cur")
			return
		fi
		for word in "${words[@]:1:${#words[@]}-2}"; do
			[[ $word == build ]] && { _cbcc_files .c; return; }
		done
		_cbcc_files .c .o
		mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "build $(_cbcc_programs "$command")" -- "$cur")
		;;
	esac
	# readline replaces what is behind the last ":" only.
	if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
		COMPREPLY=("${COMPREPLY[@]#"${cur%"${cur##*:}"}"}")
	fi
}

complete -F _cbcc cbcc
