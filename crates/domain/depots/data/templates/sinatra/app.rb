require "json"
require "sinatra/base"

class App < Sinatra::Base
  before { content_type :json }

  get "/" do
    { message: "Hello, world!" }.to_json
  end

  get "/health" do
    { status: "ok" }.to_json
  end

  not_found do
    { error: "not found" }.to_json
  end
end
