# SPDX-License-Identifier: Apache-2.0
#
# ask.zsh FOLDER LINE: what zsh offers at the end of the line, one word a line.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; fpath=($1 \$fpath); unsetopt beep; autoload -Uz compinit; compinit -u -d $PWD/.dump"
# What is offered is written down; at the end, that it was all.
zpty -w shell 'compadd() { local -a words; if [[ ${@[(I)-(O|A|D)]} -gt 0 ]]; then builtin compadd "$@"; return; fi;
	builtin compadd -O words "$@"; print -rl -- "OFFERED "$^words >>offered; builtin compadd "$@" }'
zpty -w shell 'LISTMAX=10000; ask() { zle list-choices; print ALL >>offered }; zle -N ask; bindkey "^T" ask'
rm -f offered
zpty -w shell 'print REA''DY'
zpty -r shell answer '*READY*'
zpty -w -n shell "$2"$'\x14'
for attempt in {1..600}; do
	grep -q '^ALL' offered 2>/dev/null && break
	sleep 0.1
done
zpty -d shell
sed -n 's/^OFFERED //p' offered 2>/dev/null | sort -u
