# SPDX-License-Identifier: Apache-2.0
# Calls a method, makes objects, and collects what is left.
class Marker
  def marker
    [1, "marker"]
  end
end

TracePoint.new(:call) {}.enable # without it Ruby tells its probes of the methods in C only

loop do
  Marker.new.marker
  GC.start
  sleep 0.2
end
